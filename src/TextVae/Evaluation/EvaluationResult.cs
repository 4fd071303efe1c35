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
    public static BitsPerCharacter From(double reconstruction, double kl, long characters)
    {
        var bit = characters * Math.Log(2);
        return new BitsPerCharacter(reconstruction / bit, kl / bit, (reconstruction + kl) / bit);
    }
}

/// <summary>A model's figures on a set of texts. All terms are means over the texts, in nats.</summary>
public sealed record EvaluationResult
{
    /// <summary>Texts evaluated.</summary>
    public required long Texts { get; init; }

    /// <summary>Their characters; end and padding are none.</summary>
    public required long Characters { get; init; }

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

    /// <summary>Latent dimensions whose posterior mean varies over the texts by more than 0.01 (Burda et al. 2016).</summary>
    public required int ActiveUnits { get; init; }
}
