using TextVae.Layers;
using TextVae.Models;
using TextVae.Platform;
using TorchSharp;
using static TorchSharp.torch;

namespace TextVae.Generation;

/// <summary>A trained model in use: what a program holds to sample and to reconstruct. Not for several threads at once.</summary>
public sealed class TextVaeSession
{
    private readonly Device _device;
    private readonly TextGenerator _generator;
    private readonly TextEncoding _encoding;

    private TextVaeSession(SavedModel saved, Device device, Precision precision)
    {
        Saved = saved;
        _device = device;
        saved.Model.to(device);
        saved.Model.Use(precision);
        _generator = new TextGenerator(saved.Model, saved.Tokenizer, device);
        _encoding = new TextEncoding(saved.Tokenizer, saved.File.Data);
    }

    /// <summary>The model, its tokeniser and its description.</summary>
    public SavedModel Saved { get; }

    /// <summary>Opens a run folder.</summary>
    /// <param name="runFolder">What <c>textvae train</c> or a <c>Trainer</c> wrote.</param>
    /// <param name="device"><c>cpu</c> or <c>cuda</c>.</param>
    /// <param name="threads">Threads of the computation; 0 is one for each core.</param>
    /// <param name="precision">The arithmetic.</param>
    /// <exception cref="InvalidInputException">A file is missing, malformed or edited, or the device is not there.</exception>
    public static TextVaeSession Load(string runFolder, string device = "cpu", int threads = 0, Precision precision = Precision.Auto)
    {
        var selected = Devices.Select(device, threads);
        return new TextVaeSession(SavedModel.Load(runFolder), selected, precision);
    }

    /// <summary>New texts, from latent vectors that the prior draws.</summary>
    /// <param name="count">How many; they come as they are made.</param>
    /// <param name="options">How; greedy by default.</param>
    /// <exception cref="InvalidInputException">A value makes no sense, or no text of the model fits the constraints.</exception>
    public IEnumerable<string> Sample(int count, SamplingOptions? options = null) => Generate(count, options).Select(text => text.Text);

    /// <summary>As <see cref="Sample"/>, with the probability of each text.</summary>
    public IEnumerable<GeneratedText> Generate(int count, SamplingOptions? options = null)
    {
        options ??= new SamplingOptions();
        var plan = _generator.Plan(options);
        for (var first = 0; first < count; first += plan.BatchSize)
        {
            foreach (var text in _generator.Sample(int.Min(plan.BatchSize, count - first), options.Seed, plan, first))
            {
                yield return text;
            }
        }
    }

    /// <summary>Texts decoded from the means of their posteriors.</summary>
    /// <param name="texts">Any number; the reconstructions come as they are made.</param>
    /// <param name="options">How; greedy by default.</param>
    /// <exception cref="InvalidInputException">
    /// A text is longer than the model's, or has characters that it cannot read; or an option makes no sense.
    /// </exception>
    public IEnumerable<Reconstruction> Reconstruct(IEnumerable<string> texts, SamplingOptions? options = null) =>
        ReconstructTokens(texts.Chunk(TextGenerator.BatchSize).Select(_encoding.Encode), options);

    /// <summary>As <see cref="Reconstruct"/>, for texts that are tokens already.</summary>
    /// <param name="batches">Each [texts, time], row after row.</param>
    /// <param name="options">How; greedy by default.</param>
    public IEnumerable<Reconstruction> ReconstructTokens(IEnumerable<long[]> batches, SamplingOptions? options = null)
    {
        var plan = _generator.Plan(options ?? new SamplingOptions());
        var first = 0L;
        foreach (var ids in batches)
        {
            foreach (var reconstruction in _generator.Reconstruct(ids, plan, first))
            {
                yield return reconstruction;
                first++;
            }
        }
    }

    /// <summary>Texts on the way from one text to another; the first and the last are the reconstructions of the two.</summary>
    /// <param name="from">Where to begin.</param>
    /// <param name="to">Where to end.</param>
    /// <param name="points">How many, at least 2.</param>
    /// <param name="spherical">On an arc around the origin in place of a line.</param>
    /// <param name="options">How to decode; greedy by default.</param>
    /// <exception cref="InvalidInputException">As <see cref="Reconstruct"/>.</exception>
    public IReadOnlyList<GeneratedText> Interpolate(string from, string to, int points, bool spherical = false, SamplingOptions? options = null)
    {
        using var scope = NewDisposeScope();
        var ends = Means([from, to]);
        return Between(ends[0], ends[1], points, spherical, options);
    }

    /// <summary>As above, between two points that the prior draws from the options' seed.</summary>
    public IReadOnlyList<GeneratedText> Interpolate(int points, bool spherical = false, SamplingOptions? options = null)
    {
        using var scope = NewDisposeScope();
        var ends = _generator.Prior(2, options?.Seed ?? new SamplingOptions().Seed);
        return Between(ends[0], ends[1], points, spherical, options);
    }

    /// <summary>Texts of one latent vector whose dimensions are moved one at a time through the prior's quantiles.</summary>
    /// <param name="text">Where to stand; null: at the origin, the prior's mean.</param>
    /// <param name="dimension">From 0.</param>
    /// <param name="points">How many quantiles.</param>
    /// <param name="options">How to decode; greedy by default.</param>
    /// <returns>The dimension's value, and the text there.</returns>
    /// <exception cref="InvalidInputException">As <see cref="Reconstruct"/>; or there is no such dimension.</exception>
    public IReadOnlyList<(double Value, GeneratedText Text)> Traverse(string? text, int dimension, int points, SamplingOptions? options = null)
    {
        using var scope = NewDisposeScope();
        var latent = Saved.Model.Shape.Latent;
        Check.That(dimension >= 0 && dimension < latent, "the dimension", dimension, $"a number from 0 to {latent - 1}");
        var at = text is null ? zeros(latent, device: _device) : Means([text])[0];
        var texts = _generator.Decode(LatentSpace.Axis(at, dimension, points), options);
        return [.. LatentSpace.Quantiles(points).data<double>().Zip(texts)];
    }

    /// <summary>The text at latent(a) - latent(b) + latent(c).</summary>
    /// <exception cref="InvalidInputException">As <see cref="Reconstruct"/>.</exception>
    public GeneratedText Analogy(string a, string b, string c, SamplingOptions? options = null)
    {
        using var scope = NewDisposeScope();
        var means = Means([a, b, c]);
        return _generator.Decode(LatentSpace.Analogy(means[0], means[1], means[2]), options)[0];
    }

    private IReadOnlyList<GeneratedText> Between(Tensor from, Tensor to, int points, bool spherical, SamplingOptions? options) =>
        _generator.Decode(spherical ? LatentSpace.Arc(from, to, points) : LatentSpace.Line(from, to, points), options);

    /// <summary>The means of the texts' posteriors, [texts, latent].</summary>
    private Tensor Means(IReadOnlyList<string> texts)
    {
        Check.That(Saved.Model.Shape.Latent > 0, "model.latent", 0, "a model with a latent vector, as a language model has no latent space");
        using var evaluation = new EvaluationMode(Saved.Model);
        using var scope = NewDisposeScope();
        return Posterior(texts).Mean.MoveToOuterDisposeScope();
    }

    private GaussianPosterior Posterior(IReadOnlyList<string> texts) =>
        Saved.Model.Encode(tensor(_encoding.Encode(texts)).view(-1, Saved.Model.Shape.Length).to(_device));

    /// <summary>The posterior of each text: means and log-variances, each [texts, latent].</summary>
    /// <exception cref="InvalidInputException">A text is longer than the model's, or has characters that it cannot read.</exception>
    public (float[,] Mean, float[,] LogVariance) Encode(IReadOnlyList<string> texts)
    {
        using var evaluation = new EvaluationMode(Saved.Model);
        using var scope = NewDisposeScope();
        var posterior = Posterior(texts);
        return (Matrix(posterior.Mean), Matrix(posterior.LogVariance));
    }

    private static float[,] Matrix(Tensor tensor)
    {
        var matrix = new float[tensor.shape[0], tensor.shape[1]];
        var values = tensor.cpu().contiguous().data<float>().ToArray();
        Buffer.BlockCopy(values, 0, matrix, 0, values.Length * sizeof(float));
        return matrix;
    }
}
