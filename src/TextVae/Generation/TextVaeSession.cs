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

    /// <summary>The posterior of each text: means and log-variances, each [texts, latent].</summary>
    /// <exception cref="InvalidInputException">A text is longer than the model's, or has characters that it cannot read.</exception>
    public (float[,] Mean, float[,] LogVariance) Encode(IReadOnlyList<string> texts)
    {
        using var evaluation = new EvaluationMode(Saved.Model);
        using var scope = NewDisposeScope();
        var tokens = tensor(_encoding.Encode(texts)).view(-1, Saved.Model.Shape.Length).to(_device);
        var posterior = Saved.Model.Encode(tokens);
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
