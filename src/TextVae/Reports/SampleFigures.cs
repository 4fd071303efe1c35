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

/// <summary>What texts are measured by: the training texts, and those of a split.</summary>
public sealed class SampleYardstick
{
    private const double NearDistance = 0.2; // as for SelectionOptions
    private const int ReverseOrder = 4; // from a few hundred texts; longer n-grams add nothing
    private const int MostLookedUp = 200; // texts whose nearest is searched for
    private const int Shown = 20;

    private readonly KneserNey _ngrams;
    private readonly IReadOnlyList<string> _heldOut;
    private readonly IReadOnlySet<string>? _training;
    private readonly EditNeighbors? _neighbors;
    private readonly bool _ends;

    /// <param name="ngrams">Of the training texts.</param>
    /// <param name="heldOut">The texts of the split.</param>
    /// <param name="training">The training texts; null where they cannot be looked up.</param>
    /// <param name="neighbors">Those among which the nearest is searched for; null as above.</param>
    /// <param name="ends">Whether a text has an end.</param>
    internal SampleYardstick(KneserNey ngrams, IReadOnlyList<string> heldOut, IReadOnlySet<string>? training, EditNeighbors? neighbors, bool ends) =>
        (_ngrams, _heldOut, _training, _neighbors, _ends) = (ngrams, heldOut, training, neighbors, ends);

    /// <summary>A yardstick of texts that may be of any program.</summary>
    /// <param name="training">The texts that it has learned from.</param>
    /// <param name="heldOut">Others of their kind.</param>
    /// <param name="options">How many of them are used.</param>
    public static SampleYardstick Of(IReadOnlyList<string> training, IReadOnlyList<string> heldOut, ReportOptions? options = null)
    {
        options ??= new ReportOptions();
        var (_, ngrams) = BaselineCost.Of(ReportTexts.ForBaselinesOf(training, options), heldOut, ends: true);
        return new SampleYardstick(ngrams, heldOut, training.ToHashSet(), new EditNeighbors(ReportTexts.Spaced(training, options.NearestAmong)), ends: true);
    }

    /// <summary>The figures of texts.</summary>
    /// <param name="source">Where they are from.</param>
    /// <param name="texts">At least one.</param>
    /// <param name="reverse">The texts that stand for them in the n-gram model of the reverse perplexity; null: themselves.</param>
    public SampleFigures Measure(string source, IReadOnlyList<string> texts, IReadOnlyList<string>? reverse = null)
    {
        double[]? distances = _neighbors is null ? null
            : [.. texts.Take(MostLookedUp).AsParallel().AsOrdered().Select(text => EditDistance.Normalized(text, _neighbors.Nearest(text)))];
        return new SampleFigures(
            source, texts.Count,
            (double)texts.Distinct().Count() / texts.Count,
            _training is null ? null : (double)texts.Count(text => !_training.Contains(text)) / texts.Count,
            distances is null ? null : (double)distances.Count(distance => distance is > 0 and <= NearDistance) / distances.Length,
            distances?.Average(),
            _ngrams.BitsPerCharacter(texts),
            KneserNey.Learn(reverse ?? texts, ReverseOrder, _ends).BitsPerCharacter(_heldOut),
            [.. texts.Take(Shown)]);
    }
}
