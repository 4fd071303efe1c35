using System.Text.Json.Serialization;

namespace TextVae.Evaluation;

/// <summary>
/// A model's bounds with the fitted prior (<see cref="TextVae.FittedPrior"/>) in place of N(0, I). The KL term has no closed form: it is that
/// under N(0, I) less the mean of what log p(z) gains, over one sample of each text's posterior.
/// </summary>
public sealed record FittedPriorResult
{
    /// <summary>KL(q(z|x) || p(z)), nats per text, by Monte Carlo.</summary>
    [JsonPropertyName("fitted_prior_kl")]
    public required double Kl { get; init; }

    /// <summary>The evidence lower bound, nats per text: the higher, the better.</summary>
    [JsonPropertyName("fitted_prior_elbo")]
    public required double Elbo { get; init; }

    /// <summary>The bound's cost in bits per character.</summary>
    [JsonPropertyName("fitted_prior_bits_per_character")]
    public required double BitsPerCharacter { get; init; }

    /// <summary>The bound as perplexity per token.</summary>
    [JsonPropertyName("fitted_prior_perplexity")]
    public required double Perplexity { get; init; }

    /// <summary>The importance-weighted bound, by the same samples as that under N(0, I); null where it was not asked for.</summary>
    [JsonPropertyName("fitted_prior_importance_weighted")]
    public required ImportanceWeightedResult? ImportanceWeighted { get; init; }

    /// <param name="standard">The figures under N(0, I).</param>
    /// <param name="gain">The mean of log p(z) - log N(z; 0, I), nats per text.</param>
    /// <param name="weighted">The importance-weighted bound.</param>
    internal static FittedPriorResult Of(EvaluationResult standard, double gain, ImportanceWeightedResult? weighted)
    {
        var elbo = standard.Elbo + gain;
        return new FittedPriorResult
        {
            Kl = standard.Kl - gain,
            Elbo = elbo,
            BitsPerCharacter = Evaluation.BitsPerCharacter.Of(-elbo * standard.Texts, standard.Characters),
            Perplexity = Math.Exp(-elbo * standard.Texts / standard.Tokens),
            ImportanceWeighted = weighted,
        };
    }
}
