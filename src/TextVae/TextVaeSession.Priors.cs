using TextVae.Data;
using TextVae.Latent;
using TextVae.Models;

namespace TextVae;

/// <content>The prior over the latent vector.</content>
public sealed partial class TextVaeSession
{
    private const int Patience = 2; // mixtures of more components that are worse, after which none is tried

    /// <summary>The fitted prior of these weights; null where there is none.</summary>
    public FittedPrior? FittedPrior => _priors.Fitted?.Figures;

    /// <summary>Why the run folder's fitted prior is not used, in one line; null where it can be, or there is none.</summary>
    public string? PriorFault => _priors.Fault;

    /// <summary>The prior that is used.</summary>
    /// <param name="asked">As of <see cref="SamplingOptions.Prior"/>.</param>
    /// <exception cref="InvalidInputException">The fitted one was asked for and there is none; or nothing was asked for, and its file is damaged.</exception>
    public PriorKind PriorInUse(PriorKind? asked = null) => _priors.Kind(asked);

    /// <summary>
    /// Fits a mixture of Gaussians to samples of the training texts' posteriors, chooses the number of its components by the
    /// validation texts, and saves it in the run folder. From then on this session has it, as those have that are loaded later.
    /// </summary>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellationToken">Ends it; the prior stays as it was.</param>
    /// <exception cref="InvalidInputException">The model has no latent vector, the training data is no longer there or no longer the same, or the file cannot be written.</exception>
    public PriorFit FitPrior(IProgress<PriorFitProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Wait(FitPriorAsync(progress, cancellationToken));

    /// <summary>As <see cref="FitPrior"/>, without holding the caller's thread.</summary>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellationToken">Ends it; the prior stays as it was.</param>
    public async Task<PriorFit> FitPriorAsync(IProgress<PriorFitProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        RequireLatent();
        using var corpus = await Task.Run(() => Run.OpenCorpus(Saved.Tokenizer), cancellationToken).ConfigureAwait(false);
        return await FitPriorAsync(corpus, PriorFit.MostTexts, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>As above, with the run's texts at hand.</summary>
    /// <param name="corpus">It stays the caller's.</param>
    /// <param name="texts">The most training texts to fit to, evenly spaced.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal async Task<PriorFit> FitPriorAsync(Corpus corpus, long texts, IProgress<PriorFitProgress>? progress, CancellationToken cancellationToken)
    {
        var training = Run.ReadTraining().Recipe.Training;
        var evaluated = Evaluated(training.Seed);
        var fitted = new LatentDraws(evaluated, new EvaluationBatches(corpus.Train, training.BatchSize, texts), RandomStream.Posterior);
        var heldOut = new LatentDraws(evaluated, new EvaluationBatches(corpus.Validation, training.BatchSize, PriorFit.MostHeldOut), RandomStream.Evaluation);
        var all = fitted.Of + heldOut.Of;
        var draws = await MeasureAsync(fitted, done => progress?.Report(new PriorFitProgress(PriorFitPhase.Encoding, done, all)), cancellationToken).ConfigureAwait(false);
        var unseen = await MeasureAsync(heldOut, done => progress?.Report(new PriorFitProgress(PriorFitPhase.Encoding, fitted.Of + done, all)), cancellationToken).ConfigureAwait(false);
        var (best, tried) = await TryAsync(draws, unseen, training.Seed, progress, cancellationToken).ConfigureAwait(false);
        var figures = new FittedPrior
        {
            Components = best.Components,
            Texts = draws.Texts,
            HeldOutTexts = unseen.Texts,
            LogDensity = tried.Max(one => one.LogDensity),
            StandardLogDensity = await _engine.RunAsync(() => PriorFit.Mean(LatentPrior.Standard, unseen), cancellationToken).ConfigureAwait(false),
        };
        var saved = await _engine.RunAsync(() => new SavedPrior(best, figures, Saved.WeightsSha256).Write(Run.Path), cancellationToken).ConfigureAwait(false);
        _priors = new AvailablePriors(saved);
        return new PriorFit(saved.Figures, tried);
    }

    /// <summary>Fits mixture by mixture, between which other callers have their turns.</summary>
    private async Task<(GaussianMixture Best, IReadOnlyList<TriedPrior> Tried)> TryAsync(
        Draws draws, Draws heldOut, long seed, IProgress<PriorFitProgress>? progress, CancellationToken cancellationToken)
    {
        var (tried, best, candidates) = (new List<TriedPrior>(), (GaussianMixture?)null, PriorFit.Candidates(draws));
        foreach (var components in candidates)
        {
            progress?.Report(new PriorFitProgress(PriorFitPhase.Fitting, tried.Count, candidates.Count));
            var (mixture, density) = await _engine.RunAsync(() => PriorFit.Try(draws, heldOut, components, seed, cancellationToken), cancellationToken).ConfigureAwait(false);
            best = tried.TrueForAll(one => one.LogDensity < density) ? mixture : best;
            tried.Add(new TriedPrior(components, density));
            if (tried.Count > Patience && tried.TakeLast(Patience).All(one => one.LogDensity < tried.Max(other => other.LogDensity)))
            {
                break;
            }
        }
        return (best!, tried);
    }
}
