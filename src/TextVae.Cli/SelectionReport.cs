using System.Text.Json;
using TextVae.Generation;
using TextVae.Storage;
using TextVae.Texts;

namespace TextVae.Cli;

/// <summary>What became of the texts that were drawn, and what the accepted ones are like beside real ones.</summary>
/// <param name="NearDuplicateDistance">The greatest normalised edit distance of near duplicates.</param>
/// <param name="Counts">What became of the texts.</param>
/// <param name="Memorized">Null where the training texts were not looked up.</param>
/// <param name="Comparison">Null where the training texts were not read, or no text was accepted.</param>
internal sealed record SelectionReport(double NearDuplicateDistance, SelectionCounts Counts, MemorizedShares? Memorized, CorpusComparison? Comparison)
{
    public static SelectionReport Of(double distance, SelectionCounts counts, TextStatistics accepted, TrainingTexts? training) => new(
        distance,
        counts,
        training?.ValidationLikeness is { } unseen && counts.Drawn > 0 ? MemorizedShares.Of(counts, unseen) : null,
        training is null || counts.Accepted == 0 ? null : CorpusComparison.Of(accepted, training.Validation, training.Statistics));

    /// <summary>Writes it for programs.</summary>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public void WriteJson(string path) => AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, this, ReportJson.Options), InputKind.Data);
}

/// <summary>Shares of the drawn texts, and of the validation texts, that are among the training texts or near duplicates of them.</summary>
internal sealed record MemorizedShares(double Same, double Near, double ValidationSame, double ValidationNear)
{
    public static MemorizedShares Of(SelectionCounts counts, IReadOnlyDictionary<Likeness, int> unseen)
    {
        double Share(Likeness likeness) => (double)unseen.GetValueOrDefault(likeness) / unseen.Values.Sum();
        return new((double)counts.Memorized / counts.Drawn, (double)counts.NearMemorized / counts.Drawn, Share(Likeness.Same), Share(Likeness.Near));
    }
}
