namespace TextVae.Texts;

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
    /// <summary>Of at least one text.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="training">The training texts; null if these are they.</param>
    public static CorpusSummary Of(TextStatistics texts, TextStatistics? training = null)
    {
        var (lengths, subset) = (texts.Lengths, texts.Subset);
        return new(
            lengths.Total, (double)texts.Characters.Total / lengths.Total,
            new(lengths.Quantile(0.05), lengths.Quantile(0.25), lengths.Quantile(0.5), lengths.Quantile(0.75), lengths.Quantile(0.95)),
            training?.Lengths.JensenShannon(lengths), training?.Characters.JensenShannon(texts.Characters),
            subset.Count, DistinctN.Of(subset, 1), DistinctN.Of(subset, 2), DistinctN.Of(subset, 3), TextVae.Texts.SelfBleu.Of(subset));
    }
}
