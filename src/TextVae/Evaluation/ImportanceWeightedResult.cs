using System.Text.Json.Serialization;

namespace TextVae.Evaluation;

/// <summary>The importance-weighted bound on a set of texts (Burda et al. 2016). A language model's is its exact likelihood.</summary>
public sealed record ImportanceWeightedResult
{
    /// <summary>K: samples from each text's posterior.</summary>
    [JsonPropertyName("importance_samples")]
    public required int Samples { get; init; }

    /// <summary>The bound on -log p(x), nats per text.</summary>
    [JsonPropertyName("importance_weighted_nll")]
    public required double Nll { get; init; }

    /// <summary>Its standard error over the texts: the standard deviation of their nats / sqrt(texts). Null for a single text.</summary>
    [JsonPropertyName("importance_weighted_nll_standard_error")]
    public required double? StandardError { get; init; }

    /// <summary>The bound in bits per character.</summary>
    [JsonPropertyName("importance_weighted_bits_per_character")]
    public required double BitsPerCharacter { get; init; }

    /// <summary>The bound as perplexity per token: exp(nats of all texts / their scored tokens).</summary>
    [JsonPropertyName("importance_weighted_perplexity")]
    public required double Perplexity { get; init; }
}
