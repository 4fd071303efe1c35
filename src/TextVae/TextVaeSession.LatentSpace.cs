using TextVae.Generation;
using static TorchSharp.torch;

namespace TextVae;

/// <content>Ways through the latent space.</content>
public sealed partial class TextVaeSession
{
    /// <summary>Texts on the way from one text to another; the first and the last are the reconstructions of the two.</summary>
    /// <param name="from">Where to begin.</param>
    /// <param name="to">Where to end.</param>
    /// <param name="points">How many, at least 2.</param>
    /// <param name="spherical">On an arc around the origin in place of a line.</param>
    /// <param name="options">How to decode; greedy by default.</param>
    /// <exception cref="InvalidInputException">As <see cref="Reconstruct"/>.</exception>
    public IReadOnlyList<GeneratedText> Interpolate(string from, string to, int points, bool spherical = false, SamplingOptions? options = null) =>
        Between(() => Means([from, to]), points, spherical, options);

    /// <summary>As above, between two points that the prior draws from the options' seed.</summary>
    public IReadOnlyList<GeneratedText> Interpolate(int points, bool spherical = false, SamplingOptions? options = null) =>
        Between(() => _generator.Prior(2, options?.Seed ?? new SamplingOptions().Seed), points, spherical, options);

    /// <summary>Texts of one latent vector whose dimensions are moved one at a time through the prior's quantiles.</summary>
    /// <param name="text">Where to stand; null: at the origin, the prior's mean.</param>
    /// <param name="dimension">From 0.</param>
    /// <param name="points">How many quantiles.</param>
    /// <param name="options">How to decode; greedy by default.</param>
    /// <returns>The dimension's value, and the text there.</returns>
    /// <exception cref="InvalidInputException">As <see cref="Reconstruct"/>; or there is no such dimension.</exception>
    public IReadOnlyList<(double Value, GeneratedText Text)> Traverse(string? text, int dimension, int points, SamplingOptions? options = null)
    {
        var latent = Shape.Latent;
        Check.That(dimension >= 0 && dimension < latent, "the dimension", dimension, $"a number from 0 to {latent - 1}");
        var texts = Decode(() => LatentSpace.Axis(text is null ? zeros(latent, device: _engine.Device) : Means([text])[0], dimension, points), options);
        var quantiles = Compute(() => LatentSpace.Quantiles(points).data<double>().ToArray());
        return [.. quantiles.Zip(texts)];
    }

    /// <summary>The text at latent(a) - latent(b) + latent(c).</summary>
    /// <exception cref="InvalidInputException">As <see cref="Reconstruct"/>.</exception>
    public GeneratedText Analogy(string a, string b, string c, SamplingOptions? options = null) =>
        Decode(() =>
        {
            var means = Means([a, b, c]);
            return LatentSpace.Analogy(means[0], means[1], means[2]);
        }, options)[0];

    private List<GeneratedText> Between(Func<Tensor> ends, int points, bool spherical, SamplingOptions? options) => Decode(() =>
    {
        var vectors = ends(); // [2, latent]
        return spherical ? LatentSpace.Arc(vectors[0], vectors[1], points) : LatentSpace.Line(vectors[0], vectors[1], points);
    }, options);
}
