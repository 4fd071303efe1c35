using TextVae.Data;
using TextVae.Evaluation;
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
    public EvaluationReport Evaluate(EvaluationOptions? options = null, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Wait(EvaluateAsync(options, progress, cancellationToken));

    /// <summary>As <see cref="Evaluate(EvaluationOptions?, IProgress{EvaluationProgress}?, CancellationToken)"/>, without holding the caller's thread.</summary>
    /// <param name="options">Which texts, and whether to bound more tightly, too.</param>
    /// <param name="progress">Told how many texts are done.</param>
    /// <param name="cancellationToken">Ends it at the next batch.</param>
    public async Task<EvaluationReport> EvaluateAsync(
        EvaluationOptions? options = null, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        options ??= new EvaluationOptions();
        options.Validate();
        using var corpus = await Task.Run(() => Run.OpenCorpus(Saved.Tokenizer), cancellationToken).ConfigureAwait(false);
        return await EvaluateAsync(options.Of(corpus), options, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>As <see cref="Evaluate(EvaluationOptions?, IProgress{EvaluationProgress}?, CancellationToken)"/>, on texts of one's own.</summary>
    /// <param name="texts">All are held in memory; those that do not fit the model are left out and counted.</param>
    /// <param name="options">How many of them, and whether to bound more tightly, too.</param>
    /// <param name="progress">Told how many texts are done.</param>
    /// <param name="cancellationToken">Ends it at the next batch.</param>
    /// <exception cref="InvalidInputException">No text fits the model, or an option makes no sense.</exception>
    public EvaluationReport Evaluate(
        IEnumerable<string> texts, EvaluationOptions? options = null, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return Wait(EvaluateAsync(texts.ToAsyncEnumerable(), options, progress, cancellationToken));
    }

    /// <summary>As <see cref="Evaluate(IEnumerable{string}, EvaluationOptions?, IProgress{EvaluationProgress}?, CancellationToken)"/>, without holding the caller's thread.</summary>
    /// <param name="texts">All are held in memory.</param>
    /// <param name="options">How many of them, and whether to bound more tightly, too.</param>
    /// <param name="progress">Told how many texts are done.</param>
    /// <param name="cancellationToken">Ends it at the next batch.</param>
    public async Task<EvaluationReport> EvaluateAsync(
        IAsyncEnumerable<string> texts, EvaluationOptions? options = null, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var rows = await texts.Chunk(TextsAtOnce).SelectMany(chunk => _encoding.Read(chunk).Fitting).ToListAsync(cancellationToken).ConfigureAwait(false);
        RequireTexts(rows.Count);
        using var dataset = new RowDataset(rows);
        return await EvaluateAsync(dataset, options, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>As <see cref="Evaluate(EvaluationOptions?, IProgress{EvaluationProgress}?, CancellationToken)"/>, on texts that are tokens already, such as those of a file that is too large for the memory.</summary>
    /// <param name="texts">They stay the caller's.</param>
    /// <param name="options">How many of them, and whether to bound more tightly, too.</param>
    /// <param name="progress">Told how many texts are done.</param>
    /// <param name="cancellationToken">Ends it at the next batch.</param>
    /// <exception cref="InvalidInputException">An option makes no sense.</exception>
    public EvaluationReport Evaluate(
        ITextDataset texts, EvaluationOptions? options = null, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Wait(EvaluateAsync(texts, options, progress, cancellationToken));

    /// <summary>As <see cref="Evaluate(ITextDataset, EvaluationOptions?, IProgress{EvaluationProgress}?, CancellationToken)"/>, without holding the caller's thread.</summary>
    /// <param name="texts">They stay the caller's, who keeps them until it is done.</param>
    /// <param name="options">How many of them, and whether to bound more tightly, too.</param>
    /// <param name="progress">Told how many texts are done.</param>
    /// <param name="cancellationToken">Ends it at the next batch.</param>
    public async Task<EvaluationReport> EvaluateAsync(
        ITextDataset texts, EvaluationOptions? options = null, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var whole = await MeasureAsync(texts, options ?? new EvaluationOptions(), Shard.Whole, progress, cancellationToken).ConfigureAwait(false);
        return await _engine.RunAsync(() => whole.Report(), CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Measures a part of what <see cref="Evaluate(ITextDataset, EvaluationOptions?, IProgress{EvaluationProgress}?, CancellationToken)"/> does.</summary>
    /// <param name="shard">Which part: whole batches.</param>
    /// <param name="texts">They stay the caller's; null: a split of the training data.</param>
    /// <param name="options">As there.</param>
    /// <param name="progress">Told how many texts of the part are done.</param>
    /// <param name="cancellationToken">Ends it at the next batch.</param>
    /// <returns>All that the figures of the whole need.</returns>
    /// <exception cref="InvalidInputException">As there.</exception>
    public EvaluationPart EvaluatePart(
        Shard shard, ITextDataset? texts = null, EvaluationOptions? options = null, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(shard);
        options ??= new EvaluationOptions();
        options.Validate();
        using var corpus = texts is null ? Run.OpenCorpus(Saved.Tokenizer) : null;
        return Wait(MeasureAsync(texts ?? options.Of(corpus!), options, shard, progress, cancellationToken));
    }

    private async Task<EvaluationPart> MeasureAsync(
        ITextDataset texts, EvaluationOptions options, Shard shard, IProgress<EvaluationProgress>? progress, CancellationToken cancellationToken)
    {
        options.Validate();
        var training = _run is { Exists: true } run ? run.ReadTraining().Recipe.Training : new TrainingConfig();
        var batches = new EvaluationBatches(texts, training.BatchSize, options.Limit ?? training.ValidationTexts);
        var evaluator = new Evaluator(Evaluated(training.Seed) with { Fitted = _priors.Beside(options.Prior) });
        var bound = await MeasureAsync(evaluator.Bound(batches, shard), EvaluationPhase.Bound, progress, cancellationToken).ConfigureAwait(false);
        var weighted = options.ImportanceSamples is { } samples
            ? await MeasureAsync(evaluator.ImportanceWeightedBound(batches, samples, shard), EvaluationPhase.ImportanceWeighted, progress, cancellationToken).ConfigureAwait(false)
            : null;
        var (first, count) = shard.Range(batches.Count, block: 1);
        return new EvaluationPart(new MeasuredTexts { Available = batches.Total, Batches = batches.Count, First = first, Count = count, Bound = bound, ImportanceWeighted = weighted });
    }

    private EvaluatedModel Evaluated(long seed) => new(Saved.Model, _engine.Objective, Saved.Tokenizer, _engine.Device, seed);

    /// <summary>Measures batch by batch, between which other callers have their turns. It returns when nothing reads the texts any more.</summary>
    private Task<T> MeasureAsync<T>(
        Measurement<T> measurement, EvaluationPhase phase, IProgress<EvaluationProgress>? progress, CancellationToken cancellationToken) =>
        MeasureAsync(measurement, texts => progress?.Report(new EvaluationProgress(phase, texts, measurement.Of)), cancellationToken);

    private async Task<T> MeasureAsync<T>(Measurement<T> measurement, Action<long> measured, CancellationToken cancellationToken)
    {
        while (measurement.IsToGoOn)
        {
            cancellationToken.ThrowIfCancellationRequested();
            measured(await _engine.RunAsync(measurement.MeasureBatch, CancellationToken.None).ConfigureAwait(false));
        }
        return measurement.Result;
    }
}
