using TextVae.Data;
using TextVae.Evaluation;
using TextVae.Objectives;
using TextVae.Runs;

namespace TextVae;

/// <content>How good the model is on a set of texts.</content>
public sealed partial class TextVaeSession
{
    /// <summary>The bound and its terms on a split of the training data, as validation measured them during training.</summary>
    /// <param name="options">Which texts, and whether to bound more tightly, too.</param>
    /// <param name="progress">Told how many texts are done, first by the bound, then by the tighter one.</param>
    /// <param name="cancellationToken">Ends it at the next batch.</param>
    /// <exception cref="InvalidInputException">An option makes no sense, or the training data is no longer there or no longer the same.</exception>
    public EvaluationReport Evaluate(EvaluationOptions? options = null, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        options ??= new EvaluationOptions();
        options.Validate();
        using var corpus = Run.OpenCorpus(Saved.Tokenizer);
        return Evaluate(options.Of(corpus), options, progress, cancellationToken);
    }

    /// <summary>As above, on texts of one's own.</summary>
    /// <param name="texts">All are held in memory; those that do not fit the model are left out and counted.</param>
    /// <param name="options">How many of them, and whether to bound more tightly, too.</param>
    /// <param name="progress">Told how many texts are done.</param>
    /// <param name="cancellationToken">Ends it at the next batch.</param>
    /// <exception cref="InvalidInputException">No text fits the model, or an option makes no sense.</exception>
    public EvaluationReport Evaluate(
        IEnumerable<string> texts, EvaluationOptions? options = null, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var rows = texts.Chunk(TextsAtOnce).SelectMany(chunk => _encoding.Read(chunk).Fitting).ToList();
        RequireTexts(rows.Count);
        using var dataset = new RowDataset(rows);
        return Evaluate(dataset, options, progress, cancellationToken);
    }

    /// <summary>As above, on texts that are tokens already, such as those of a file that is too large for the memory.</summary>
    /// <param name="texts">They stay the caller's.</param>
    /// <param name="options">How many of them, and whether to bound more tightly, too.</param>
    /// <param name="progress">Told how many texts are done.</param>
    /// <param name="cancellationToken">Ends it at the next batch.</param>
    /// <exception cref="InvalidInputException">An option makes no sense.</exception>
    public EvaluationReport Evaluate(
        ITextDataset texts, EvaluationOptions? options = null, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        options ??= new EvaluationOptions();
        options.Validate();
        var training = _run is { Exists: true } run ? run.ReadTraining().Recipe.Training : new TrainingConfig();
        var batches = new EvaluationBatches(texts, training.BatchSize, options.Limit ?? training.ValidationTexts);
        var objective = new Objective(Saved.Tokenizer.Vocabulary.PadId, Saved.File.Data.ScorePadding);
        var evaluator = new Evaluator(Saved.Model, objective, Saved.Tokenizer, _engine.Device, training.Seed);
        var result = Wait(_engine.RunAsync(() => evaluator.Evaluate(batches, Told(EvaluationPhase.Bound), cancellationToken), cancellationToken));
        var weighted = options.ImportanceSamples is { } samples
            ? Wait(_engine.RunAsync(() => evaluator.ImportanceWeighted(batches, samples, Told(EvaluationPhase.ImportanceWeighted), cancellationToken), cancellationToken))
            : null;
        return new EvaluationReport(result, weighted, batches.Total);

        IProgress<long>? Told(EvaluationPhase phase) => progress is null ? null : new Told(progress, phase, batches.Used);
    }

    /// <summary>As <see cref="Evaluate(EvaluationOptions?, IProgress{EvaluationProgress}?, CancellationToken)"/>, without holding the caller's thread.</summary>
    /// <param name="options">Which texts, and whether to bound more tightly, too.</param>
    /// <param name="progress">Told how many texts are done.</param>
    /// <param name="cancellationToken">Ends it at the next batch.</param>
    public Task<EvaluationReport> EvaluateAsync(
        EvaluationOptions? options = null, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Task.Run(() => Evaluate(options, progress, cancellationToken), cancellationToken);

    private sealed class Told(IProgress<EvaluationProgress> progress, EvaluationPhase phase, long of) : IProgress<long>
    {
        public void Report(long value) => progress.Report(new EvaluationProgress(phase, value, of));
    }
}
