using TextVae.Texts;

namespace TextVae.Reports;

/// <summary>Texts, made up or real, beside those of training and of the split.</summary>
/// <param name="Source">Where they are from.</param>
/// <param name="Texts">How many.</param>
/// <param name="Unique">The share of different ones.</param>
/// <param name="Novel">The share that is no training text: the rest is memorised. Null for windows of running text.</param>
/// <param name="NearTraining">The share that is none, but within an edit distance of 0.2 of one that was looked up. Null as above.</param>
/// <param name="Distance">Mean normalised edit distance (<see cref="EditDistance"/>) from the nearest training text that was looked up. Null as above.</param>
/// <param name="ForwardBits">
/// Forward perplexity, as bits per character: what the texts cost the n-gram model of the training texts. Above the real texts'
/// they are less well formed; below, they repeat what is frequent.
/// </param>
/// <param name="ReverseBits">
/// Reverse perplexity, as bits per character: what the split's texts cost an n-gram model of these texts. The nearer to that of as
/// many training texts, the more of what there is they cover.
/// </param>
/// <param name="Examples">Some of them.</param>
public sealed record SampleFigures(
    string Source, int Texts, double Unique, double? Novel, double? NearTraining, double? Distance, double ForwardBits, double ReverseBits, IReadOnlyList<string> Examples);

/// <summary>What texts are measured by.</summary>
/// <param name="ngrams">Of the training texts.</param>
/// <param name="heldOut">The texts of the split.</param>
/// <param name="training">The training texts; null where they cannot be looked up.</param>
/// <param name="neighbors">Those among which the nearest is searched for; null as above.</param>
/// <param name="ends">Whether a text has an end.</param>
internal sealed class SampleYardstick(KneserNey ngrams, IReadOnlyList<string> heldOut, IReadOnlySet<string>? training, EditNeighbors? neighbors, bool ends)
{
    private const double NearDistance = 0.2; // as for SelectionOptions
    private const int ReverseOrder = 4; // from a few hundred texts; longer n-grams add nothing
    private const int MostLookedUp = 200; // texts whose nearest is searched for
    private const int Shown = 20;

    /// <summary>The figures of texts.</summary>
    /// <param name="source">Where they are from.</param>
    /// <param name="texts">At least one.</param>
    /// <param name="reverse">The texts that stand for them in the n-gram model of the reverse perplexity; null: themselves.</param>
    public SampleFigures Measure(string source, IReadOnlyList<string> texts, IReadOnlyList<string>? reverse = null)
    {
        double[]? distances = neighbors is null ? null
            : [.. texts.Take(MostLookedUp).AsParallel().AsOrdered().Select(text => EditDistance.Normalized(text, neighbors.Nearest(text)))];
        return new SampleFigures(
            source, texts.Count,
            (double)texts.Distinct().Count() / texts.Count,
            training is null ? null : (double)texts.Count(text => !training.Contains(text)) / texts.Count,
            distances is null ? null : (double)distances.Count(distance => distance is > 0 and <= NearDistance) / distances.Length,
            distances?.Average(),
            ngrams.BitsPerCharacter(texts),
            KneserNey.Learn(reverse ?? texts, ReverseOrder, ends).BitsPerCharacter(heldOut),
            [.. texts.Take(Shown)]);
    }
}
