using TextVae.Generation;
using TextVae.Kernels;
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
    private readonly TorchWorker _worker;
    private readonly Device _device;
    private readonly TextGenerator _generator;
    private readonly TextEncoding _encoding;

    private TextVaeSession(TorchWorker worker, string name, SavedModel saved, Device device, Precision precision)
    {
        FreedMemory.Keep();
        _worker = worker;
        Name = name;
        Saved = saved;
        _device = device;
        saved.Model.to(device);
        saved.Model.SetPrecision(precision);
        _generator = new TextGenerator(saved.Model, saved.Tokenizer, device) { KeepsWeights = true };
        _encoding = new TextEncoding(saved.Tokenizer, saved.File.Data);
    }

    /// <summary>The model, its tokeniser and its description: to look at, as computing with the model is for the session alone.</summary>
    public SavedModel Saved { get; }

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
        ThreadTeam.GiveBack();
        var worker = new TorchWorker();
        try
        {
            return worker.Run(() => new TextVaeSession(worker, name, SavedModel.Load(runFolder), Devices.Select(device, threads), precision));
        }
        catch
        {
            worker.Dispose();
            throw;
        }
    }

    /// <summary>Ends its thread once what was asked for is done; the model's memory goes with the object.</summary>
    public void Dispose() => _worker.Dispose();

    /// <summary>Work with tensors, on the thread that owns them; it returns none.</summary>
    private T Compute<T>(Func<T> work) => _worker.Run(() => InScope(work));

    /// <summary>As <see cref="Compute"/>, without holding the caller's thread.</summary>
    private Task<T> ComputeAsync<T>(Func<T> work, CancellationToken cancellation) => _worker.RunAsync(() => InScope(work), cancellation);

    private static T InScope<T>(Func<T> work)
    {
        using var scope = NewDisposeScope();
        return work();
    }
}
