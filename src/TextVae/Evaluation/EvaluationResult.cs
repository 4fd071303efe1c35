namespace TextVae.Evaluation;

/// <summary>A cost in bits per character of the texts.</summary>
/// <param name="Reconstruction">The reconstruction term's share.</param>
/// <param name="Kl">The KL term's share.</param>
/// <param name="Total">Their sum: the bound of paper figures 4-6.</param>
public sealed record BitsPerCharacter(double Reconstruction, double Kl, double Total)
{
    /// <summary>Bits per character = nats / (characters * ln 2).</summary>
    /// <param name="reconstruction">Nats of all texts.</param>
    /// <param name="kl">Nats of all texts.</param>
    /// <param name="characters">Characters of all texts.</param>
    public static BitsPerCharacter From(double reconstruction, double kl, long characters) =>
        new(Of(reconstruction, characters), Of(kl, characters), Of(reconstruction + kl, characters));

    /// <summary>A single cost, from nats of all texts to bits per character.</summary>
    public static double Of(double nats, long characters) => nats / (characters * Math.Log(2));
}

/// <summary>A model's figures on a set of texts. All terms are means over the texts, in nats.</summary>
public sealed record EvaluationResult
{
    /// <summary>Texts evaluated.</summary>
    public required long Texts { get; init; }

    /// <summary>Their characters; end and padding are none.</summary>
    public required long Characters { get; init; }

    /// <summary>Their tokens that cost, the end included; padding only where it is scored.</summary>
    public required long Tokens { get; init; }

    /// <summary>Z: size of the latent vector; 0 for a language model.</summary>
    public required int Latent { get; init; }

    /// <summary>-E log p(x|z), nats per text.</summary>
    public required double Reconstruction { get; init; }

    /// <summary>KL(q(z|x) || p(z)), nats per text.</summary>
    public required double Kl { get; init; }

    /// <summary>-E log p(x|z) from the deconvolution's features alone (paper equation 2), nats per text, not weighted.</summary>
    public required double Auxiliary { get; init; }

    /// <summary>The evidence lower bound -(reconstruction + KL), nats per text: the higher, the better.</summary>
    public double Elbo => -(Reconstruction + Kl);

    /// <summary>The bound's cost per character.</summary>
    public BitsPerCharacter BitsPerCharacter => BitsPerCharacter.From(Reconstruction * Texts, Kl * Texts, Characters);

    /// <summary>The bound as perplexity per token: exp((reconstruction + KL) of all texts / <see cref="Tokens"/>).</summary>
    public double Perplexity => Math.Exp(-Elbo * Texts / Tokens);

    /// <summary>Latent dimensions whose posterior mean varies over the texts by more than 0.01 (Burda et al. 2016).</summary>
    public required int ActiveUnits { get; init; }

    /// <summary>I(x; z) under q, nats; at most log <see cref="Texts"/> (see <see cref="Evaluation.MutualInformation"/>).</summary>
    public required double MutualInformation { get; init; }

    /// <summary>KL(q(z) || p(z)) of the aggregated posterior, nats: <see cref="Kl"/> less <see cref="MutualInformation"/>.</summary>
    public required double MarginalKl { get; init; }

    /// <summary>
    /// What the reconstruction costs more, on the first texts, with z from the prior in place of the posterior: nats per
    /// text. Near 0 if the decoder does without z; null for a language model.
    /// </summary>
    public required double? RandomLatentGap { get; init; }

    /// <summary>Whether the latent vector is in use; null for a language model and for a single text.</summary>
    public PosteriorVerdict? Posterior => PosteriorCollapse.Judge(this);
}
