using TextVae.Generation;
using TextVae.Latent;
using TextVae.Texts;
using static TorchSharp.torch;

namespace TextVae;

/// <content>What lies near a text, in the middle of many, or nearly in the same place.</content>
public sealed partial class TextVaeSession
{
    private const int Probes = 64; // texts that measure what a radius does

    /// <summary>
    /// Texts from around a text's posterior mean, at a wanted mean edit distance: the radius of the noise is searched for.
    /// Distances are measured from the text's reconstruction, which is what the model writes without any noise.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="distance">Normalised edit distance (<see cref="EditDistance"/>, in UTF-16 code units): 0.2 is one character of five.</param>
    /// <param name="count">How many texts.</param>
    /// <param name="options">How to decode, and the noise's seed; greedy by default.</param>
    /// <exception cref="InvalidInputException">As <see cref="Encode(string)"/>; or a value makes no sense.</exception>
    public Neighborhood Near(string text, double distance, int count, SamplingOptions? options = null)
    {
        Check.Between(0, 1, distance, "distance");
        options ??= new SamplingOptions();
        var (plan, mean) = (_generator.Plan(options), Encode(text).Mean);
        var greedy = _generator.Plan(options with { Temperature = null, TopK = null, TopP = null });
        var reconstruction = Around(mean, 0, 1, greedy, options.Seed)[0].Text;
        List<NearbyText> Texts(double radius, int number) =>
            [.. Around(mean, radius, number, plan, options.Seed).Select(near => new NearbyText(near, EditDistance.Normalized(near.Text, reconstruction)))];
        var (found, reached) = RadiusSearch.Find(radius => Texts(radius, Probes).Average(near => near.Distance), distance);
        return new Neighborhood(reconstruction, found, reached, distance, Texts(found, count));
    }

    /// <summary>The text in the middle of many: decoded at the mean of their posterior means.</summary>
    /// <param name="texts">As many as there are, read once.</param>
    /// <param name="options">How to decode; greedy by default.</param>
    /// <exception cref="InvalidInputException">No text fits the model; or a value makes no sense.</exception>
    public Centroid Centroid(IEnumerable<EncodedText> texts, SamplingOptions? options = null)
    {
        var (sum, squares, count) = (new double[Shape.Latent], 0.0, 0L);
        foreach (var text in texts.Where(text => text.Fits))
        {
            foreach (var (dimension, value) in text.Mean.Index())
            {
                sum[dimension] += value;
                squares += (double)value * value;
            }
            count++;
        }
        RequireTexts(count);
        var mean = Array.ConvertAll(sum, total => (float)(total / count));
        var variance = squares / count - sum.Sum(total => total / count * (total / count));
        var decoded = Decode(() => tensor(mean, device: _engine.Device).unsqueeze(0), options)[0];
        return new Centroid(decoded, mean, count, Math.Sqrt(Math.Max(0, variance)));
    }

    /// <summary>
    /// Groups of near-duplicates: texts that a chain of pairs connects, each pair within an edit distance. The latent space
    /// says which pairs are compared: those within a radius that holds 99 of 100 texts of which so many characters were
    /// changed at random.
    /// </summary>
    /// <param name="texts">All are held in memory; those that do not fit the model are left out.</param>
    /// <param name="distance">The largest normalised edit distance (<see cref="EditDistance"/>, in UTF-16 code units) of a pair.</param>
    /// <param name="progress">Told how many texts have been compared.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="InvalidInputException">No text fits the model; or a value makes no sense.</exception>
    /// <exception cref="OperationCanceledException">The search was ended.</exception>
    public Duplicates Duplicates(
        IEnumerable<EncodedText> texts, double distance, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        Check.Between(0, 1, distance, "distance");
        var (found, means) = (new List<Duplicate>(), new List<float[]>());
        foreach (var (index, text) in texts.Index().Where(pair => pair.Item.Fits))
        {
            cancellationToken.ThrowIfCancellationRequested();
            found.Add(new Duplicate(index, text.Text));
            means.Add(text.Mean);
        }
        RequireTexts(found.Count);
        string[] strings = [.. found.Select(text => text.Text)];
        var radius = RandomEdits.Radius(strings, distance, Encode);
        var groups = Compute(() => NearDuplicates.Groups(strings, Matrix(means), radius, distance, progress, cancellationToken));
        return new Duplicates(radius, [.. groups.Select(IReadOnlyList<Duplicate> (group) => [.. group.Select(number => found[number])])]);
    }

    private List<GeneratedText> Around(float[] mean, double radius, int count, DecodingPlan plan, long seed) =>
        Decode(() => tensor(mean, device: _engine.Device) + radius * _generator.Prior(count, seed), plan);

    private Tensor Matrix(List<float[]> rows)
    {
        var values = new float[rows.Count * Shape.Latent];
        foreach (var (number, row) in rows.Index())
        {
            row.CopyTo(values, number * Shape.Latent);
        }
        return tensor(values, device: _engine.Device).view(rows.Count, Shape.Latent);
    }

    private static void RequireTexts(long count)
    {
        if (count == 0)
        {
            throw new InvalidInputException(InputKind.Data, "texts: found none that fits the model; expected at least one");
        }
    }
}
