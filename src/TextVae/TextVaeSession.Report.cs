using TextVae.Data;
using TextVae.Evaluation;
using TextVae.Reports;
using TextVae.Runs;
using TextVae.Texts;
using TextVae.Training;

namespace TextVae;

/// <content>What a run came to.</content>
public sealed partial class TextVaeSession
{
    private const int Ways = 4; // interpolations of a report
    private const int PointsOfAWay = 7;

    /// <summary>
    /// Measures what a run came to: its bound beside simple baselines, how well it reconstructs, and its samples beside the
    /// texts that it learned from.
    /// </summary>
    /// <param name="options">How much is measured.</param>
    /// <param name="models">Other models, such as language models, whose cost of the same texts stands beside this one's.</param>
    /// <param name="progress">Told what is being measured.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InvalidInputException">An option makes no sense, or the training data is no longer there or no longer the same.</exception>
    public RunReport Report(
        ReportOptions? options = null, IReadOnlyList<TextVaeSession>? models = null, IProgress<ReportProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Wait(ReportAsync(options, models, progress, cancellationToken));

    /// <summary>As <see cref="Report"/>, without holding the caller's thread.</summary>
    /// <param name="options">How much is measured.</param>
    /// <param name="models">Other models, such as language models, whose cost of the same texts stands beside this one's.</param>
    /// <param name="progress">Told what is being measured.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<RunReport> ReportAsync(
        ReportOptions? options = null, IReadOnlyList<TextVaeSession>? models = null, IProgress<ReportProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        options ??= new ReportOptions();
        options.Validate();
        var (isWindows, hasLatent) = (Saved.File.Data.Texts == TextKind.Windows, Shape.Latent > 0);
        var stages = new Stages(progress, hasLatent ? 6 : 4);

        stages.Next("reading the texts");
        using var corpus = await Task.Run(() => Run.OpenCorpus(Saved.Tokenizer), cancellationToken).ConfigureAwait(false);
        var split = new EvaluationOptions { Split = options.Split, Limit = options.Limit ?? Run.ReadTraining().Recipe.Training.ValidationTexts };
        var heldOut = split.Of(corpus);
        var texts = await Task.Run(
            () => ReportTexts.Read(corpus.Train, heldOut, Saved.Tokenizer, options, split.Limit.Value, cancellationToken), cancellationToken).ConfigureAwait(false);

        stages.Next("the bound");
        var bound = (await EvaluateAsync(heldOut, split, progress: null, cancellationToken).ConfigureAwait(false)).Result;

        stages.Next("baselines");
        var (baselines, ngrams) = await Task.Run(() => BaselineCost.Of(texts.ForBaselines, texts.HeldOut, ends: !isWindows), cancellationToken).ConfigureAwait(false);
        var beside = new List<BaselineCost>();
        foreach (var model in models ?? [])
        {
            beside.Add(await CostAsync(model, texts.HeldOut, cancellationToken).ConfigureAwait(false));
        }

        stages.Next("samples");
        var drawn = await DrawAsync(options.Samples, hasLatent, cancellationToken).ConfigureAwait(false);
        var (samples, real) = await Task.Run(() => Measure(drawn, texts, ngrams, options, isWindows), cancellationToken).ConfigureAwait(false);
        var comparison = Compare(drawn[0].Texts, texts);

        var report = new RunReport
        {
            Name = Name,
            Split = options.Split,
            TrainingTexts = texts.TrainingTexts,
            TrainingTextsRead = texts.Training.Count,
            BaselineTexts = texts.ForBaselines.Count,
            LeftOut = LeftOut(isWindows, hasLatent),
            Bound = bound,
            Baselines = [.. baselines, .. beside],
            Samples = samples,
            Real = real,
            Comparison = comparison?.Corpora,
            Lengths = isWindows ? [] : comparison?.Lengths ?? [],
            Curves = TrainingCurves.Read(Run.At(MetricsLog.Name)),
            Interpolations = [],
        };
        return hasLatent ? await WithLatentSpaceAsync(report, texts.HeldOut, options, stages, cancellationToken).ConfigureAwait(false) : report;
    }

    private async Task<RunReport> WithLatentSpaceAsync(
        RunReport report, IReadOnlyList<string> heldOut, ReportOptions options, Stages stages, CancellationToken cancellationToken)
    {
        stages.Next("reconstructions");
        var reconstructions = await ReconstructAsync(ReportTexts.Spaced(heldOut, options.Reconstructions).ToAsyncEnumerable(), cancellationToken: cancellationToken)
            .Where(text => text.Fault is null)
            .ToListAsync(cancellationToken).ConfigureAwait(false);

        stages.Next("the latent space");
        var encoded = options.MapPoints == 0 ? [] : await EncodeAsync(ReportTexts.Spaced(heldOut, options.MapPoints).ToAsyncEnumerable(), cancellationToken)
            .Where(text => text.Fits).ToListAsync(cancellationToken).ConfigureAwait(false);
        var ways = new List<IReadOnlyList<string>>();
        foreach (var ends in encoded.Take(2 * Ways).Chunk(2).Where(ends => ends.Length == 2))
        {
            var way = await InterpolateAsync(ends[0].Text, ends[1].Text, PointsOfAWay, cancellationToken: cancellationToken).ConfigureAwait(false);
            ways.Add([ends[0].Text, .. way.Select(point => point.Text), ends[1].Text]);
        }
        return report with
        {
            Reconstruction = reconstructions.Count > 0 ? ReconstructionFigures.Of(reconstructions) : null,
            Map = encoded.Count > 1 ? await _engine.RunAsync(() => LatentMap.Of(encoded), cancellationToken).ConfigureAwait(false) : null,
            Interpolations = ways,
        };
    }

    /// <summary>What texts cost another model; its name says whether it may have learned from them.</summary>
    private async Task<BaselineCost> CostAsync(TextVaeSession model, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var scores = await model.ScoreAsync(texts.ToAsyncEnumerable(), cancellationToken: cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false);
        if (scores.FirstOrDefault(score => score.Fault is not null) is { } unread)
        {
            throw new InvalidInputException(InputKind.Data, $"{model.Name}: {unread.Fault}");
        }
        var characters = texts.Sum(text => (long)text.EnumerateRunes().Count());
        var name = $"{model.Name}{(model.Shape.Latent > 0 ? "" : ", a language model")}{(HasSameSplits(model) ? "" : ", which may have learned from these texts")}";
        return new BaselineCost(name, BitsPerCharacter.Of(scores.Sum(score => score.Nats!.Value), characters));
    }

    private bool HasSameSplits(TextVaeSession model)
    {
        static object? Splits(RunFolder? run) => run?.ReadTraining() is { Sources: var sources, Recipe.Data: var data }
            ? (string.Join('\n', sources), data.Column, data.Encoding, data.Texts, data.Split, data.Validation, data.Test)
            : null;
        return Splits(_run) is { } splits && splits.Equals(Splits(model._run));
    }

    /// <summary>Without a latent vector the most probable text is always the same.</summary>
    private async Task<IReadOnlyList<(string Source, List<string> Texts)>> DrawAsync(int count, bool hasLatent, CancellationToken cancellationToken)
    {
        var kinds = new List<(string, SamplingOptions)> { ("at temperature 1", new SamplingOptions { Temperature = 1 }) };
        if (hasLatent)
        {
            kinds.Insert(0, ("greedily", new SamplingOptions()));
        }
        var drawn = new List<(string, List<string>)>();
        foreach (var (source, options) in kinds)
        {
            drawn.Add((source, await SampleAsync(count, options, cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false)));
        }
        return drawn;
    }

    private static (IReadOnlyList<SampleFigures> Samples, SampleFigures Real) Measure(
        IReadOnlyList<(string Source, List<string> Texts)> drawn, ReportTexts texts, KneserNey ngrams, ReportOptions options, bool isWindows)
    {
        var yardstick = new SampleYardstick(
            ngrams, texts.HeldOut,
            isWindows ? null : texts.Training.ToHashSet(),
            isWindows ? null : new EditNeighbors(ReportTexts.Spaced(texts.Training, options.NearestAmong)),
            ends: !isWindows);
        return (
            [.. drawn.Select(kind => yardstick.Measure(kind.Source, kind.Texts))],
            yardstick.Measure("real texts", ReportTexts.Spaced(texts.HeldOut, options.Samples), reverse: ReportTexts.Spaced(texts.Training, options.Samples)));
    }

    private static (CorpusComparison Corpora, IReadOnlyList<LengthBin> Lengths)? Compare(IReadOnlyList<string> samples, ReportTexts texts)
    {
        static TextStatistics Statistics(IEnumerable<string> texts)
        {
            var statistics = new TextStatistics(seed: 1);
            foreach (var text in texts)
            {
                statistics.Add(text);
            }
            return statistics;
        }
        var (drawn, heldOut, training) = (Statistics(samples), Statistics(texts.HeldOut), Statistics(texts.Training));
        return drawn.Characters.Total == 0 ? null
            : (CorpusComparison.Of(drawn, heldOut, training), LengthBin.Of(drawn.Lengths, heldOut.Lengths, training.Lengths));
    }

    private static IReadOnlyList<string> LeftOut(bool isWindows, bool hasLatent) =>
    [
        .. hasLatent ? Array.Empty<string>() : ["Reconstructions, the map and interpolations are left out, and so are greedy samples, as a language model has no latent vector."],
        .. isWindows ? ["Novelty, distances and lengths are left out, as windows of running text begin anywhere and are all of one length."] : Array.Empty<string>(),
    ];

    /// <summary>Tells what comes next.</summary>
    private sealed class Stages(IProgress<ReportProgress>? progress, int count)
    {
        private int _begun;

        public void Next(string stage) => progress?.Report(new ReportProgress(stage, _begun++, count));
    }
}
