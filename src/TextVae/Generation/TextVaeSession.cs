using TextVae.Models;
using TextVae.Platform;
using TorchSharp;
using static TorchSharp.torch;

namespace TextVae.Generation;

/// <summary>How texts are sampled.</summary>
public sealed record SamplingOptions
{
    /// <summary>Null or 0: greedy, as in the paper. Else softmax(logits / temperature).</summary>
    public double? Temperature { get; init; }

    /// <summary>The same seed gives the same texts on the same machine.</summary>
    public long Seed { get; init; } = 1;
}

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
    public IEnumerable<string> Sample(int count, SamplingOptions? options = null)
    {
        options ??= new SamplingOptions();
        for (var first = 0; first < count; first += TextGenerator.BatchSize)
        {
            ITokenChooser chooser = options.Temperature is > 0
                ? new TemperatureSampling(options.Temperature.Value, options.Seed + first)
                : new GreedyDecoding();
            var batch = _generator.Sample(int.Min(TextGenerator.BatchSize, count - first), options.Seed, chooser, first);
            foreach (var text in batch)
            {
                yield return text;
            }
        }
    }

    /// <summary>Texts decoded greedily from the means of their posteriors.</summary>
    /// <exception cref="InvalidInputException">A text is longer than the model's, or has characters that it cannot read.</exception>
    public IEnumerable<Reconstruction> Reconstruct(IEnumerable<string> texts) =>
        texts.Chunk(TextGenerator.BatchSize).SelectMany(chunk => _generator.Reconstruct(_encoding.Encode(chunk)));

    /// <summary>As <see cref="Reconstruct"/>, for texts that are tokens already.</summary>
    /// <param name="ids">[texts, time], row after row.</param>
    public IReadOnlyList<Reconstruction> ReconstructTokens(long[] ids) => _generator.Reconstruct(ids);

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
