using TextVae.Evaluation;
using TextVae.Texts;
using static System.FormattableString;

namespace TextVae.Training;

/// <summary>Whether the latent vector is in use, by the figures and by what texts become when they are reconstructed.</summary>
/// <param name="IsInUse">Whether it is.</param>
/// <param name="Sentence">The same in words.</param>
internal sealed record LatentUse(bool IsInUse, string Sentence)
{
    private const double Varied = 0.25; // of different texts, so many different reconstructions at the least

    /// <summary>The judgement; null for a language model, and where there are too few texts.</summary>
    /// <param name="result">The figures.</param>
    /// <param name="reconstructions">Of some of the texts, decoded greedily.</param>
    public static LatentUse? Judge(EvaluationResult result, IReadOnlyList<Reconstruction> reconstructions)
    {
        if (result.Posterior is not { } posterior)
        {
            return null;
        }
        var (texts, outcomes) = (Distinct(reconstructions.Select(pair => pair.Text)), Distinct(reconstructions.Select(pair => pair.Reconstructed ?? "")));
        var same = outcomes < Varied * texts;
        var seen = same ? Invariant($", and {texts} different texts have {outcomes} reconstruction{(outcomes == 1 ? "" : "s")} between them") : "";
        return new(posterior.State == PosteriorState.InUse && !same, posterior.Sentence + seen);
    }

    /// <summary>1 less the normalised edit distance, the mean over the texts; null where there are none.</summary>
    public static double? ReconstructedCharacters(IReadOnlyList<Reconstruction> reconstructions) =>
        reconstructions.Count == 0 ? null : reconstructions.Average(pair => 1 - EditDistance.Normalized(pair.Text, pair.Reconstructed ?? ""));

    private static int Distinct(IEnumerable<string> texts) => texts.Distinct(StringComparer.Ordinal).Count();
}
