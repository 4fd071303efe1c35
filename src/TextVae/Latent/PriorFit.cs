using TextVae.Latent;
using TextVae.Models;
using static TorchSharp.torch;

namespace TextVae;

/// <summary>A prior that was fitted, and what else was tried.</summary>
/// <param name="Prior">The one that held-out texts chose.</param>
/// <param name="Tried">All, by their number of components.</param>
public sealed record PriorFit(FittedPrior Prior, IReadOnlyList<TriedPrior> Tried)
{
    internal const int MostTexts = 20_000; // to fit to: where the shares of 32 Gaussians no longer change the figures
    internal const int MostHeldOut = 2_000;

    private static readonly int[] Counts = [1, 2, 4, 8, 16, 32];

    /// <summary>The numbers of components to try, rising: no more than every second text can have, or than a few seconds allow.</summary>
    internal static IReadOnlyList<int> Candidates(Draws draws) =>
        [.. Counts.Where(count => count == 1 || (2 * count <= draws.Texts && MixtureFit.IsAffordable(draws.Vectors.Length / draws.Latent, draws.Latent, count)))];

    /// <summary>Fits a mixture and measures it on held-out draws.</summary>
    /// <returns>The mixture, and the mean of its log density over them, nats.</returns>
    internal static (GaussianMixture Mixture, double LogDensity) Try(Draws draws, Draws heldOut, int components, long seed, CancellationToken cancellationToken = default)
    {
        using var scope = NewDisposeScope();
        var mixture = MixtureFit.Fit(draws.Matrix(), components, seed, cancellationToken);
        return (mixture, Mean(mixture, heldOut));
    }

    /// <summary>The mean log density of draws, nats.</summary>
    internal static double Mean(LatentPrior prior, Draws draws)
    {
        using var scope = NewDisposeScope();
        return prior.LogDensity(draws.Matrix()).mean().item<double>();
    }

    /// <inheritdoc/>
    public bool Equals(PriorFit? other) => other is not null && Prior == other.Prior && Tried.HasSameValues(other.Tried);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Prior, Tried.HashOfValues());
}

/// <summary>A mixture that was tried.</summary>
/// <param name="Components">Its Gaussians.</param>
/// <param name="LogDensity">The mean of log p(z) over samples of the validation texts' posteriors, nats.</param>
public sealed record TriedPrior(int Components, double LogDensity);

/// <summary>What a fit does.</summary>
public enum PriorFitPhase
{
    /// <summary>Texts are encoded.</summary>
    Encoding,

    /// <summary>Mixtures are fitted and compared.</summary>
    Fitting,
}

/// <summary>How far a fit is.</summary>
/// <param name="Phase">What it does.</param>
/// <param name="Done">Texts encoded, or mixtures tried.</param>
/// <param name="Of">Of how many.</param>
public readonly record struct PriorFitProgress(PriorFitPhase Phase, long Done, long Of);
