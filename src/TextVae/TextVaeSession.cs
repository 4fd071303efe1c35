using TextVae.Generation;
using TextVae.Models;
using TextVae.Platform;
using TorchSharp;
using static TorchSharp.torch;

namespace TextVae;

/// <summary>
/// A trained model in use: what a program holds to sample, to reconstruct, to encode. Any number of threads may use it at
/// once: one thread of its own does all computing, batch by batch.
/// </summary>
public sealed partial class TextVaeSession : IDisposable
{
    private const int QueueCapacity = 1024; // requests that wait, before callers wait to place theirs

    private readonly InferenceEngine _engine;
    private readonly TextGenerator _generator; // of latent vectors, on the engine's thread, and of plans
    private readonly TextEncoding _encoding;

    private TextVaeSession(string name, InferenceEngine engine)
    {
        (Name, _engine) = (name, engine);
        _generator = new TextGenerator(Saved.Model, Saved.Tokenizer, engine.Device);
        _encoding = new TextEncoding(Saved.Tokenizer, Saved.File.Data);
    }

    /// <summary>The model, its tokeniser and its description: to look at, as computing with the model is for the session alone.</summary>
    public SavedModel Saved => _engine.Saved;

    /// <summary>The run folder's name.</summary>
    public string Name { get; }

    private ModelShape Shape => Saved.Model.Shape;

    /// <summary>Opens a run folder.</summary>
    /// <param name="runFolder">What <c>textvae train</c> or a <c>Trainer</c> wrote.</param>
    /// <param name="device"><c>cpu</c> or <c>cuda</c>.</param>
    /// <param name="threads">Threads of the computation; 0 is one for each core.</param>
    /// <param name="precision">The arithmetic.</param>
    /// <exception cref="InvalidInputException">A file is missing, malformed or edited, or the device is not there.</exception>
    public static TextVaeSession Load(string runFolder, string device = "cpu", int threads = 0, Precision precision = Precision.Auto)
    {
        var name = new DirectoryInfo(Path.Combine(".", runFolder)).Name; // an empty path is the current folder, as for the files
        NativeTorch.EnsureLoaded();
        return new TextVaeSession(name, InferenceEngine.Start(() => Open(runFolder, device, threads, precision), QueueCapacity));
    }

    /// <summary>
    /// Ends what is under way at the next step, with an <see cref="ObjectDisposedException"/> for those who wait, and frees the
    /// model's memory before it returns.
    /// </summary>
    public void Dispose() => _engine.Dispose();

    private static LoadedModel Open(string runFolder, string device, int threads, Precision precision)
    {
        var saved = SavedModel.Load(runFolder);
        var selected = Devices.Select(device, threads);
        saved.Model.to(selected);
        saved.Model.SetPrecision(precision);
        return new LoadedModel(saved, selected);
    }

    /// <summary>Work with tensors, on the thread that owns them; it returns none.</summary>
    private T Compute<T>(Func<T> work) => Wait(_engine.RunAsync(work));

    /// <summary>The texts of latent vectors that are computed now, [texts, latent].</summary>
    private List<GeneratedText> Decode(Func<Tensor> latent, DecodingPlan plan, long firstText = 0)
    {
        var (count, values) = Compute(() =>
        {
            var vectors = latent();
            return ((int)vectors.shape[0], vectors.to(float32).cpu().contiguous().data<float>().ToArray());
        });
        return [.. _engine.DecodeAsync(plan, count, (first, some) => Vectors(values, count).narrow(0, first, some), firstText).ToBlockingEnumerable()];
    }

    /// <summary>As <see cref="Decode(Func{Tensor}, DecodingPlan, long)"/>; greedy by default.</summary>
    private List<GeneratedText> Decode(Func<Tensor> latent, SamplingOptions? options) => Decode(latent, _generator.Plan(options ?? new SamplingOptions()));

    private Tensor Vectors(float[] values, int count) => tensor(values, device: _engine.Device).view(count, Shape.Latent);

    private static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();
}
