namespace TextVae.Texts;

/// <summary>A character and its share among all characters of each side.</summary>
public sealed record CharacterShares(string Character, double Samples, double Training);

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

    /// <summary>Compares texts, at least one each.</summary>
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
