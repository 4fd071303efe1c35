using Quickenshtein;

namespace TextVae.Reports;

/// <summary>How well texts that the model has not learned from come back from their vectors, decoded greedily from the posteriors' means.</summary>
/// <param name="Texts">How many.</param>
/// <param name="Exact">The share that comes back as it was.</param>
/// <param name="CharacterErrorRate">Edits (characters to insert, delete or replace) that mend all, over the characters of the texts; it can be above 1.</param>
/// <param name="Examples">Some of them.</param>
public sealed record ReconstructionFigures(int Texts, double Exact, double CharacterErrorRate, IReadOnlyList<Reconstruction> Examples)
{
    private const int Shown = 12;

    /// <param name="texts">At least one, and none with a fault.</param>
    internal static ReconstructionFigures Of(IReadOnlyList<Reconstruction> texts) => new(
        texts.Count,
        (double)texts.Count(text => text.Text == text.Reconstructed) / texts.Count,
        (double)texts.Sum(text => (long)Levenshtein.GetDistance(text.Text, text.Reconstructed!)) / texts.Sum(text => (long)text.Text.Length),
        [.. texts.Take(Shown)]);
}
