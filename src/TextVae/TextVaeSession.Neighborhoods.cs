using TextVae.Kernels;
using TextVae.Latent;
using static TorchSharp.torch;

namespace TextVae;

/// <content>What lies near a text, in the middle of many, or nearly in the same place.</content>
public sealed partial class TextVaeSession
{
    /// <summary>The texts whose posterior means are nearest to a text's, the nearest first.</summary>
    /// <param name="text">Whose neighbours.</param>
    /// <param name="texts">As many as there are, in constant memory; those that do not fit the model are left out.</param>
    /// <param name="count">How many to keep, at most 1,000,000.</param>
    /// <param name="metric">What near means.</param>
    /// <param name="progress">Told how many texts have been read.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="InvalidInputException">As <see cref="Encode(string, CancellationToken)"/>; or a value makes no sense.</exception>
    public IReadOnlyList<Neighbor> Neighbors(
        string text, IEnumerable<string> texts, int count, LatentMetric metric = LatentMetric.Euclidean,
        IProgress<long>? progress = null, CancellationToken cancellationToken = default) =>
        Neighbors(text, Encode(texts, cancellationToken), count, metric, progress, cancellationToken);

    /// <summary>As above, among texts that have been encoded.</summary>
    /// <param name="text">Whose neighbours.</param>
    /// <param name="texts">As many as there are.</param>
    /// <param name="count">How many to keep, at most 1,000,000.</param>
    /// <param name="metric">What near means.</param>
    /// <param name="progress">Told how many texts have been read.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public IReadOnlyList<Neighbor> Neighbors(
        string text, IEnumerable<EncodedText> texts, int count, LatentMetric metric = LatentMetric.Euclidean,
        IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return Wait(NeighborsAsync(text, texts.ToAsyncEnumerable(), count, metric, progress, cancellationToken));
    }

    /// <summary>As above, without holding the caller's thread.</summary>
    /// <param name="text">Whose neighbours.</param>
    /// <param name="texts">As many as there are; those of <see cref="EncodeAsync(IAsyncEnumerable{string}, CancellationToken)"/>, say.</param>
    /// <param name="count">How many to keep, at most 1,000,000.</param>
    /// <param name="metric">What near means.</param>
    /// <param name="progress">Told how many texts have been read.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<IReadOnlyList<Neighbor>> NeighborsAsync(
        string text, IAsyncEnumerable<EncodedText> texts, int count, LatentMetric metric = LatentMetric.Euclidean,
        IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var point = (await EncodeAsync(text, cancellationToken).ConfigureAwait(false)).Mean;
        return await NearestTexts.FindAsync(point, Counted(texts, progress), count, metric, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The text in the middle of many: decoded at the mean of their posterior means.</summary>
    /// <param name="texts">As many as there are, read once, in constant memory; those that do not fit the model are left out.</param>
    /// <param name="options">How to decode; greedy by default.</param>
    /// <param name="progress">Told how many texts have been read.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InvalidInputException">No text fits the model; or a value makes no sense.</exception>
    public Centroid Centroid(
        IEnumerable<string> texts, SamplingOptions? options = null, IProgress<long>? progress = null, CancellationToken cancellationToken = default) =>
        Centroid(Encode(texts, cancellationToken), options, progress, cancellationToken);

    /// <summary>As above, of texts that have been encoded.</summary>
    /// <param name="texts">As many as there are, read once.</param>
    /// <param name="options">How to decode; greedy by default.</param>
    /// <param name="progress">Told how many texts have been read.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Centroid Centroid(
        IEnumerable<EncodedText> texts, SamplingOptions? options = null, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return Wait(CentroidAsync(texts.ToAsyncEnumerable(), options, progress, cancellationToken));
    }

    /// <summary>As above, without holding the caller's thread.</summary>
    /// <param name="texts">As many as there are, read once.</param>
    /// <param name="options">How to decode; greedy by default.</param>
    /// <param name="progress">Told how many texts have been read.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<Centroid> CentroidAsync(
        IAsyncEnumerable<EncodedText> texts, SamplingOptions? options = null, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        RequireLatent();
        options ??= new SamplingOptions();
        options.Validate();
        var middle = new LatentMean(Shape.Latent);
        await foreach (var text in Counted(texts, progress).WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (text.Fits)
            {
                middle.Add(text.Mean);
            }
        }
        RequireTexts(middle.Count);
        var decoded = await DecodeAsync(middle.Mean, options, cancellationToken).ConfigureAwait(false);
        return new Centroid(decoded, middle.Mean, middle.Count, middle.Distance);
    }

    /// <summary>
    /// Groups of near-duplicates: texts that a chain of pairs connects, each pair within an edit distance. The latent space
    /// says which pairs are compared: those within a radius that holds 99 of 100 texts of which so many characters were
    /// changed at random.
    /// </summary>
    /// <param name="texts">All are held in memory; those that do not fit the model are left out.</param>
    /// <param name="distance">The largest normalised edit distance (<see cref="Texts.EditDistance"/>, in UTF-16 code units) of a pair.</param>
    /// <param name="progress">Told how many texts have been compared.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="InvalidInputException">No text fits the model; or a value makes no sense.</exception>
    public Duplicates Duplicates(
        IEnumerable<string> texts, double distance, IProgress<long>? progress = null, CancellationToken cancellationToken = default) =>
        Duplicates(Encode(texts, cancellationToken), distance, progress, cancellationToken);

    /// <summary>As above, of texts that have been encoded.</summary>
    /// <param name="texts">All are held in memory.</param>
    /// <param name="distance">The largest normalised edit distance of a pair.</param>
    /// <param name="progress">Told how many texts have been compared.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public Duplicates Duplicates(
        IEnumerable<EncodedText> texts, double distance, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return Wait(DuplicatesAsync(texts.ToAsyncEnumerable(), distance, progress, cancellationToken));
    }

    /// <summary>As above, without holding the caller's thread.</summary>
    /// <param name="texts">All are held in memory.</param>
    /// <param name="distance">The largest normalised edit distance of a pair.</param>
    /// <param name="progress">Told how many texts have been compared.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<Duplicates> DuplicatesAsync(
        IAsyncEnumerable<EncodedText> texts, double distance, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        RequireLatent();
        Check.Between(0, 1, distance, "distance");
        var (found, means) = (new List<Duplicate>(), new List<float[]>());
        await foreach (var (index, text) in texts.Index().WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (text.Fits)
            {
                found.Add(new Duplicate(index, text.Text));
                means.Add(text.Mean);
            }
        }
        RequireTexts(found.Count);
        string[] strings = [.. found.Select(text => text.Text)];
        var radius = await RandomEdits.RadiusAsync(strings, distance, edited => EncodeChunkAsync(edited, cancellationToken)).ConfigureAwait(false);
        var groups = await Task.Run(() => Groups(strings, means, radius, distance, progress, cancellationToken), cancellationToken).ConfigureAwait(false);
        return new Duplicates(radius, [.. groups.Select(IReadOnlyList<Duplicate> (group) => [.. group.Select(number => found[number])])]);
    }

    /// <summary>Without the model, so not on the engine's thread: others go on using the model meanwhile.</summary>
    private IReadOnlyList<IReadOnlyList<int>> Groups(
        string[] texts, List<float[]> means, double radius, double distance, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        var vectors = tensor(Joined(means)).view(means.Count, Shape.Latent);
        var groups = NearDuplicates.Groups(texts, vectors, radius, distance, progress, cancellationToken);
        ThreadTeam.EndTeamOfCaller();
        return groups;
    }

    private static IAsyncEnumerable<EncodedText> Counted(IAsyncEnumerable<EncodedText> texts, IProgress<long>? progress) => texts.Select((text, index) =>
    {
        progress?.Report(index + 1);
        return text;
    });

    private static void RequireTexts(long count)
    {
        if (count == 0)
        {
            throw new InvalidInputException(InputKind.Data, "texts: found none that fits the model; expected at least one");
        }
    }
}
