namespace TextVae.Texts;

/// <summary>Generated texts beside the training texts.</summary>
/// <param name="Samples">The generated ones.</param>
/// <param name="Validation">
/// As many real texts that the model has not learned from, or all there are: the yardstick, as few texts are some way from
/// many even where both are of one kind.
/// </param>
/// <param name="Training">The training texts.</param>
/// <param name="Characters">The characters whose shares differ most, the greatest difference first.</param>
public sealed record CorpusComparison(CorpusSummary Samples, CorpusSummary Validation, CorpusSummary Training, IReadOnlyList<CharacterShares> Characters)
{
    private const int ShownCharacters = 10;

    /// <summary>Compares texts.</summary>
    /// <exception cref="InvalidInputException">A side has no texts.</exception>
    public static CorpusComparison Of(TextStatistics samples, TextStatistics validation, TextStatistics training)
    {
        var (drawn, known) = (samples.Characters, training.Characters);
        return new(
            CorpusSummary.Of(samples, training), CorpusSummary.Of(validation, training), CorpusSummary.Of(training),
            [.. drawn.Values.Union(known.Values)
                .Select(character => new CharacterShares(character.ToString(), drawn.Share(character), known.Share(character)))
                .OrderByDescending(shares => Math.Abs(shares.Samples - shares.Training))
                .Take(ShownCharacters)]);
    }
}

/// <summary>A character and its share among all characters of each side.</summary>
public sealed record CharacterShares(string Character, double Samples, double Training);

/// <summary>Lengths in characters (Unicode scalar values) that so many percent of the texts do not exceed.</summary>
public sealed record LengthQuantiles(int P05, int P25, int P50, int P75, int P95);

/// <summary>Texts in a few figures.</summary>
/// <param name="Texts">How many.</param>
/// <param name="MeanLength">Characters of a text.</param>
/// <param name="Lengths">Quantiles of the lengths.</param>
/// <param name="LengthDivergence">Jensen-Shannon divergence of the lengths from those of the training texts, bits; null for these themselves.</param>
/// <param name="CharacterDivergence">The same of the characters.</param>
/// <param name="Subset">How many texts, drawn at random, the following are measured on.</param>
/// <param name="Distinct1"><see cref="DistinctN"/> of words.</param>
/// <param name="Distinct2">Of two words in sequence.</param>
/// <param name="Distinct3">Of three.</param>
/// <param name="SelfBleu"><see cref="TextVae.Texts.SelfBleu"/>.</param>
public sealed record CorpusSummary(
    long Texts, double MeanLength, LengthQuantiles Lengths, double? LengthDivergence, double? CharacterDivergence,
    int Subset, double Distinct1, double Distinct2, double Distinct3, double SelfBleu)
{
    /// <summary>The figures of texts; NaN where too few have words or characters.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="training">The training texts; null if these are they.</param>
    /// <exception cref="InvalidInputException">There are no texts.</exception>
    public static CorpusSummary Of(TextStatistics texts, TextStatistics? training = null)
    {
        var (lengths, subset) = (texts.Lengths, texts.Subset);
        Check.Any(lengths.Total, "texts");
        return new(
            lengths.Total, (double)texts.Characters.Total / lengths.Total,
            new(lengths.Quantile(0.05), lengths.Quantile(0.25), lengths.Quantile(0.5), lengths.Quantile(0.75), lengths.Quantile(0.95)),
            training?.Lengths.JensenShannon(lengths), training?.Characters.JensenShannon(texts.Characters),
            subset.Count, DistinctN.Of(subset, 1), DistinctN.Of(subset, 2), DistinctN.Of(subset, 3), TextVae.Texts.SelfBleu.Of(subset));
    }
}
