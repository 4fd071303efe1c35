using TextVae.Layers;
using static TextVae.Platform.TensorArithmetic;
using static TorchSharp.torch;

namespace TextVae.Evaluation;

/// <summary>What an evaluation has measured of some of its batches: enough for the figures of all of them together.</summary>
internal sealed record MeasuredTexts
{
    /// <summary>Texts that there are, of which some are evaluated.</summary>
    public required long Available { get; init; }

    /// <summary>Batches of the whole.</summary>
    public required long Batches { get; init; }

    /// <summary>Which of them these are: the number of the first, and how many.</summary>
    public required long First { get; init; }

    public required long Count { get; init; }

    public required MeasuredBound Bound { get; init; }

    public MeasuredCosts? ImportanceWeighted { get; init; }

    /// <summary>The figures under the fitted prior; null where it was not measured.</summary>
    /// <param name="standard">Those under N(0, I).</param>
    public FittedPriorResult? UnderFittedPrior(EvaluationResult standard) =>
        Bound.PriorGains is { } gains ? FittedPriorResult.Of(standard, gains.Average(), ImportanceWeighted?.UnderFittedPrior()) : null;

    /// <param name="parts">Of one evaluation, in their order.</param>
    public static MeasuredTexts Join(IReadOnlyList<MeasuredTexts> parts) => parts[0] with
    {
        Count = parts.Sum(part => part.Count),
        Bound = MeasuredBound.Join([.. parts.Select(part => part.Bound)]),
        ImportanceWeighted = parts[0].ImportanceWeighted is null ? null : MeasuredCosts.Join([.. parts.Select(part => part.ImportanceWeighted!)]),
    };
}

/// <summary>The ELBO's terms of some batches, and where their texts are in the latent space.</summary>
internal sealed record MeasuredBound
{
    private const double ActiveVariance = 0.01;

    public required long Texts { get; init; }

    public required long Characters { get; init; }

    public required long Tokens { get; init; }

    public required int Latent { get; init; }

    /// <summary>Nats of each batch, [batches], and so the next two.</summary>
    public required IReadOnlyList<double> Reconstruction { get; init; }

    public required IReadOnlyList<double> Kl { get; init; }

    public required IReadOnlyList<double> Auxiliary { get; init; }

    /// <summary>Of the posterior of each text, [texts, latent] row after row, and so the next two.</summary>
    public required IReadOnlyList<double> Means { get; init; }

    public required IReadOnlyList<double> LogVariances { get; init; }

    /// <summary>Standard normal, by which z was drawn.</summary>
    public required IReadOnlyList<double> Noise { get; init; }

    /// <summary>Reconstruction with a random z less that with the encoded one, of the first texts of all.</summary>
    public required IReadOnlyList<double> Gaps { get; init; }

    /// <summary>log p(z) under the fitted prior less that under N(0, I), [texts]; null where there is none.</summary>
    public IReadOnlyList<double>? PriorGains { get; init; }

    public static MeasuredBound Join(IReadOnlyList<MeasuredBound> parts) => new()
    {
        Texts = parts.Sum(part => part.Texts),
        Characters = parts.Sum(part => part.Characters),
        Tokens = parts.Sum(part => part.Tokens),
        Latent = parts[0].Latent,
        Reconstruction = [.. parts.SelectMany(part => part.Reconstruction)],
        Kl = [.. parts.SelectMany(part => part.Kl)],
        Auxiliary = [.. parts.SelectMany(part => part.Auxiliary)],
        Means = [.. parts.SelectMany(part => part.Means)],
        LogVariances = [.. parts.SelectMany(part => part.LogVariances)],
        Noise = [.. parts.SelectMany(part => part.Noise)],
        Gaps = [.. parts.SelectMany(part => part.Gaps)],
        PriorGains = parts[0].PriorGains is null ? null : [.. parts.SelectMany(part => part.PriorGains!)],
    };

    /// <summary>The figures.</summary>
    /// <param name="cancellationToken">Ends their computation.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public EvaluationResult Result(CancellationToken cancellationToken = default)
    {
        using var scope = NewDisposeScope();
        var posterior = new GaussianPosterior(Matrix(Means), Matrix(LogVariances));
        using var active = Number(ActiveVariance);
        var variance = (posterior.Mean - posterior.Mean.mean([0], keepdim: true)).Squared().mean([0]); // var() warns where there are no dimensions
        var information = MutualInformation.Of(posterior, posterior.Sample(Matrix(Noise)), cancellationToken: cancellationToken);
        return new EvaluationResult
        {
            Texts = Texts,
            Characters = Characters,
            Tokens = Tokens,
            Latent = Latent,
            Reconstruction = Reconstruction.Sum() / Texts,
            Kl = Kl.Sum() / Texts,
            Auxiliary = Auxiliary.Sum() / Texts,
            ActiveUnits = (int)variance.gt(active).sum().item<long>(),
            MutualInformation = information.Nats,
            MarginalKl = information.MarginalKl,
            RandomLatentGap = Latent > 0 ? tensor(Gaps.ToArray()).mean().item<double>() : null,
        };
    }

    /// <summary>[texts, latent], float64, on the CPU.</summary>
    private Tensor Matrix(IReadOnlyList<double> values) => tensor(values.ToArray()).view(Texts, Latent);
}

/// <summary>The importance-weighted bounds of some batches.</summary>
internal sealed record MeasuredCosts
{
    /// <summary>K.</summary>
    public required int Samples { get; init; }

    public required long Texts { get; init; }

    public required long Characters { get; init; }

    public required long Tokens { get; init; }

    /// <summary>Of each text, [texts].</summary>
    public required IReadOnlyList<double> Nats { get; init; }

    /// <summary>The same under the fitted prior; null where there is none.</summary>
    public IReadOnlyList<double>? FittedNats { get; init; }

    public static MeasuredCosts Join(IReadOnlyList<MeasuredCosts> parts) => new()
    {
        Samples = parts[0].Samples,
        Texts = parts.Sum(part => part.Texts),
        Characters = parts.Sum(part => part.Characters),
        Tokens = parts.Sum(part => part.Tokens),
        Nats = [.. parts.SelectMany(part => part.Nats)],
        FittedNats = parts[0].FittedNats is null ? null : [.. parts.SelectMany(part => part.FittedNats!)],
    };

    /// <summary>The figures under the fitted prior; null where there is none.</summary>
    public ImportanceWeightedResult? UnderFittedPrior() => FittedNats is null ? null : (this with { Nats = FittedNats }).Result();

    /// <summary>The figures.</summary>
    public ImportanceWeightedResult Result()
    {
        using var scope = NewDisposeScope();
        var costs = tensor(Nats.ToArray());
        var nats = costs.sum().item<double>();
        return new ImportanceWeightedResult
        {
            Samples = Samples,
            Nll = nats / Texts,
            StandardError = Texts > 1 ? costs.std().item<double>() / Math.Sqrt(Texts) : null,
            BitsPerCharacter = BitsPerCharacter.Of(nats, Characters),
            Perplexity = Math.Exp(nats / Tokens),
        };
    }
}
