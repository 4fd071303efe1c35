using TextVae.Generation;
using static TorchSharp.torch;

namespace TextVae;

/// <content>Ways through the latent space.</content>
public sealed partial class TextVaeSession
{
    /// <summary>Texts on the way from one text to another; the first and the last are the reconstructions of the two.</summary>
    /// <param name="from">Where to begin.</param>
    /// <param name="to">Where to end.</param>
    /// <param name="points">How many, 2 to <see cref="MostPoints"/>.</param>
    /// <param name="spherical">On an arc around the prior's mean in place of a line.</param>
    /// <param name="options">How to decode; greedy by default.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InvalidInputException">A text does not fit the model, or a value makes no sense.</exception>
    public IReadOnlyList<GeneratedText> Interpolate(
        string from, string to, int points, bool spherical = false, SamplingOptions? options = null, CancellationToken cancellationToken = default) =>
        Wait(InterpolateAsync(from, to, points, spherical, options, cancellationToken));

    /// <summary>As <see cref="Interpolate(string, string, int, bool, SamplingOptions?, CancellationToken)"/>, without holding the caller's thread.</summary>
    /// <param name="from">Where to begin.</param>
    /// <param name="to">Where to end.</param>
    /// <param name="points">How many, 2 to <see cref="MostPoints"/>.</param>
    /// <param name="spherical">On an arc around the prior's mean in place of a line.</param>
    /// <param name="options">How to decode; greedy by default.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<IReadOnlyList<GeneratedText>> InterpolateAsync(
        string from, string to, int points, bool spherical = false, SamplingOptions? options = null, CancellationToken cancellationToken = default)
    {
        var ends = Joined(await MeansAsync([from, to], cancellationToken).ConfigureAwait(false));
        return await BetweenAsync(() => Matrix(ends, 2), points, spherical, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>As above, between two points that the prior draws from the options' seed.</summary>
    /// <param name="points">How many, 2 to <see cref="MostPoints"/>.</param>
    /// <param name="spherical">On an arc around the prior's mean in place of a line.</param>
    /// <param name="options">How to decode, and the seed; greedy by default.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public IReadOnlyList<GeneratedText> Interpolate(
        int points, bool spherical = false, SamplingOptions? options = null, CancellationToken cancellationToken = default) =>
        Wait(InterpolateAsync(points, spherical, options, cancellationToken));

    /// <summary>As <see cref="Interpolate(int, bool, SamplingOptions?, CancellationToken)"/>, without holding the caller's thread.</summary>
    /// <param name="points">How many, 2 to <see cref="MostPoints"/>.</param>
    /// <param name="spherical">On an arc around the prior's mean in place of a line.</param>
    /// <param name="options">How to decode, and the seed; greedy by default.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<IReadOnlyList<GeneratedText>> InterpolateAsync(
        int points, bool spherical = false, SamplingOptions? options = null, CancellationToken cancellationToken = default)
    {
        RequireLatent();
        options ??= new SamplingOptions();
        var prior = _priors.Of(options.Prior);
        return BetweenAsync(() => _generator.Prior(prior, 2, options.Seed), points, spherical, options, cancellationToken);
    }

    /// <summary>Texts of one latent vector whose dimensions are moved one at a time through the prior's quantiles.</summary>
    /// <param name="text">Where to stand; null: at the origin, the prior's mean.</param>
    /// <param name="dimension">From 0.</param>
    /// <param name="points">How many quantiles, at most <see cref="MostPoints"/>.</param>
    /// <param name="options">How to decode; greedy by default.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InvalidInputException">The text does not fit the model, there is no such dimension, or a value makes no sense.</exception>
    public IReadOnlyList<TraversedText> Traverse(
        string? text, int dimension, int points, SamplingOptions? options = null, CancellationToken cancellationToken = default) =>
        Wait(TraverseAsync(text, dimension, points, options, cancellationToken));

    /// <summary>As <see cref="Traverse"/>, without holding the caller's thread.</summary>
    /// <param name="text">Where to stand; null: at the origin, the prior's mean.</param>
    /// <param name="dimension">From 0.</param>
    /// <param name="points">How many quantiles, at most <see cref="MostPoints"/>.</param>
    /// <param name="options">How to decode; greedy by default.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<IReadOnlyList<TraversedText>> TraverseAsync(
        string? text, int dimension, int points, SamplingOptions? options = null, CancellationToken cancellationToken = default)
    {
        RequireLatent();
        Check.That(dimension >= 0 && dimension < Shape.Latent, "the dimension", dimension, $"a number from 0 to {Shape.Latent - 1}");
        Check.Within(1, MostPoints, points, "the number of points");
        var plan = Plan(options, cancellationToken);
        var at = text is null ? new float[Shape.Latent] : (await MeansAsync([text], cancellationToken).ConfigureAwait(false))[0];
        var vectors = await VectorsAsync(() => LatentSpace.Axis(Matrix(at, 1)[0], dimension, points), cancellationToken).ConfigureAwait(false);
        var quantiles = await _engine.RunAsync(() => LatentSpace.Quantiles(points).data<double>().ToArray(), cancellationToken).ConfigureAwait(false);
        var texts = await DecodeAllAsync(vectors, plan, cancellationToken).ConfigureAwait(false);
        return [.. quantiles.Zip(texts, (value, found) => new TraversedText(value, found))];
    }

    /// <summary>The text at latent(a) - latent(b) + latent(c).</summary>
    /// <param name="a">The text to begin with.</param>
    /// <param name="b">What is taken away from it.</param>
    /// <param name="c">What is added to it.</param>
    /// <param name="options">How to decode; greedy by default.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InvalidInputException">A text does not fit the model, or a value makes no sense.</exception>
    public GeneratedText Analogy(string a, string b, string c, SamplingOptions? options = null, CancellationToken cancellationToken = default) =>
        Wait(AnalogyAsync(a, b, c, options, cancellationToken));

    /// <summary>As <see cref="Analogy"/>, without holding the caller's thread.</summary>
    /// <param name="a">The text to begin with.</param>
    /// <param name="b">What is taken away from it.</param>
    /// <param name="c">What is added to it.</param>
    /// <param name="options">How to decode; greedy by default.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<GeneratedText> AnalogyAsync(
        string a, string b, string c, SamplingOptions? options = null, CancellationToken cancellationToken = default)
    {
        var plan = Plan(options, cancellationToken);
        var means = Joined(await MeansAsync([a, b, c], cancellationToken).ConfigureAwait(false));
        var vectors = await VectorsAsync(() =>
        {
            var z = Matrix(means, 3);
            return LatentSpace.Analogy(z[0], z[1], z[2]);
        }, cancellationToken).ConfigureAwait(false);
        return (await DecodeAllAsync(vectors, plan, cancellationToken).ConfigureAwait(false))[0];
    }

    /// <param name="ends">[2, latent]; called on the engine's thread.</param>
    /// <param name="points">How many, 2 to <see cref="MostPoints"/>.</param>
    /// <param name="spherical">On an arc.</param>
    /// <param name="options">How to decode.</param>
    /// <param name="cancellationToken">Ends it.</param>
    private async Task<IReadOnlyList<GeneratedText>> BetweenAsync(
        Func<Tensor> ends, int points, bool spherical, SamplingOptions? options, CancellationToken cancellationToken)
    {
        Check.Within(2, MostPoints, points, "the number of points");
        var (plan, prior) = (Plan(options, cancellationToken), _priors.Of(options?.Prior));
        var vectors = await VectorsAsync(() =>
        {
            var z = ends();
            return spherical ? LatentSpace.Arc(z[0], z[1], points, prior.Mean(z)) : LatentSpace.Line(z[0], z[1], points);
        }, cancellationToken).ConfigureAwait(false);
        return await DecodeAllAsync(vectors, plan, cancellationToken).ConfigureAwait(false);
    }
}
