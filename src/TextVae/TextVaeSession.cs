using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TextVae.Generation;
using TextVae.Models;
using TextVae.Platform;
using TextVae.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace TextVae;

/// <summary>
/// A trained model in use: what a program holds to sample, reconstruct, encode, decode, search, score and evaluate. Any number
/// of threads may use it at once: their texts are computed side by side on a thread of its own.
/// </summary>
/// <remarks>
/// One rule for texts that do not fit the model: a method of one text throws an <see cref="InvalidInputException"/>; a method of
/// many gives each text either its result or its fault, and stops at none. A text that is null is an
/// <see cref="ArgumentNullException"/> in both. Methods that stream do so in constant memory; an enumeration that is left, or a
/// cancelled token, ends the work at the next step.
/// </remarks>
public sealed partial class TextVaeSession : IDisposable
{
    /// <summary>The most points of a way through the latent space, and the most texts around one: they are held in memory together.</summary>
    public const int MostPoints = LatentSpace.MostPoints;

    private const int TextsAtOnce = TextGenerator.BatchSize; // of a stream that are read together

    private readonly InferenceEngine _engine;
    private readonly TextGenerator _generator; // of latent vectors, on the engine's thread, and of plans
    private readonly TextEncoding _encoding;
    private readonly RunFolder? _run; // null for a model out of an archive
    private readonly ILogger _logger;
    private volatile AvailablePriors _priors; // replaced as a whole
    private int _isDisposed;

    private TextVaeSession(string name, RunFolder? run, InferenceEngine engine, ILogger logger)
    {
        (Name, _run, _engine, _logger) = (name, run, engine, logger);
        _generator = new TextGenerator(Saved.Model, Saved.Tokenizer, engine.Device);
        _encoding = new TextEncoding(Saved.Tokenizer, Saved.File.Data);
        _priors = Saved.Priors;
    }

    /// <summary>The model, its tokeniser and its description: to look at, as computing with the model is for the session alone.</summary>
    public SavedModel Saved => _engine.Saved;

    /// <summary>What the options call the model, else the run folder's name or what the archive was called.</summary>
    public string Name { get; }

    /// <summary>Z: size of the latent vectors; 0 for a language model.</summary>
    public int LatentSize => Shape.Latent;

    private ModelShape Shape => Saved.Model.Shape;

    /// <summary>Opens a run folder, or an archive that <see cref="ModelArchive"/> made of one.</summary>
    /// <param name="path">What <see cref="TextVaeTraining"/> wrote, or the archive's file.</param>
    /// <param name="options">Where and how to compute.</param>
    /// <exception cref="InvalidInputException">A file is missing, malformed or edited, or the device is not there.</exception>
    public static TextVaeSession Load(string path, SessionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (File.Exists(path))
        {
            using var archive = ModelArchive.OpenFile(path);
            return Load(archive, Path.GetFileNameWithoutExtension(path), options);
        }
        var name = new DirectoryInfo(Path.Combine(".", path)).Name; // an empty path is the current folder, as for the files
        return Start(name, new RunFolder(path) { TrainingTexts = options?.TrainingTexts }, () => SavedModel.Load(path), options);
    }

    /// <summary>As <see cref="Load(string, SessionOptions?)"/>, from a stream such as an embedded resource.</summary>
    /// <param name="archive">An archive of <see cref="ModelArchive"/>, read to its end; it stays the caller's.</param>
    /// <param name="name">What the session calls the model.</param>
    /// <param name="options">Where and how to compute.</param>
    /// <exception cref="InvalidInputException">It is no such archive, or a file in it is missing, malformed or edited, or the device is not there.</exception>
    public static TextVaeSession Load(Stream archive, string name = "model", SessionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(archive);
        using var folder = ModelArchive.Unpack(archive, name);
        return Start(name, run: null, folder.Load, options);
    }

    /// <summary>As <see cref="Load(string, SessionOptions?)"/>, without holding the caller's thread.</summary>
    /// <param name="path">What <see cref="TextVaeTraining"/> wrote, or the archive's file.</param>
    /// <param name="options">Where and how to compute.</param>
    /// <param name="cancellationToken">Ends the waiting; what is loaded then is freed again.</param>
    public static async Task<TextVaeSession> LoadAsync(string path, SessionOptions? options = null, CancellationToken cancellationToken = default)
    {
        var session = await Task.Run(() => Load(path, options), cancellationToken).ConfigureAwait(false);
        if (cancellationToken.IsCancellationRequested)
        {
            session.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
        }
        return session;
    }

    /// <summary>
    /// Ends what is under way at the next step, with an <see cref="ObjectDisposedException"/> for those who wait, and frees the
    /// model's memory before it returns.
    /// </summary>
    public void Dispose()
    {
        _engine.Dispose();
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            SessionLog.Freed(_logger, Name);
        }
    }

    private static TextVaeSession Start(string name, RunFolder? run, Func<SavedModel> load, SessionOptions? options)
    {
        options ??= new SessionOptions();
        options.Validate();
        NativeTorch.EnsureLoaded();
        var (called, logger, start) = (options.Name ?? name, options.Logger ?? NullLogger.Instance, Stopwatch.GetTimestamp());
        var engine = InferenceEngine.Start(() => Open(load, options), options.QueueCapacity, called, logger);
        var session = new TextVaeSession(called, run, engine, logger);
        SessionLog.Loaded(logger, called, run?.Path ?? name, session.Saved.Model.ParameterCount, options.Device, Stopwatch.GetElapsedTime(start).TotalSeconds);
        return session;
    }

    private static LoadedModel Open(Func<SavedModel> load, SessionOptions options)
    {
        var saved = load();
        var device = Devices.Select(options.Device, options.Threads);
        saved.Model.to(device);
        saved.Model.SetPrecision(options.Precision);
        return new LoadedModel(saved, device);
    }

    private RunFolder Run => _run ?? throw new InvalidInputException(
        InputKind.RunFolder, $"{Name}: found a model without its run folder, which knows the texts of its training; expected a run folder");

    /// <summary>Latent vectors that are computed now, as numbers.</summary>
    /// <param name="vectors">[count, latent]; called on the engine's thread, in a scope.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    private Task<LatentVectors> VectorsAsync(Func<Tensor> vectors, CancellationToken cancellationToken) => _engine.RunAsync(() =>
    {
        var matrix = vectors();
        return new LatentVectors((int)matrix.shape[0], matrix.to(float32).cpu().contiguous().data<float>().ToArray());
    }, cancellationToken);

    /// <summary>The texts of latent vectors, as they are made.</summary>
    private IAsyncEnumerable<GeneratedText> DecodeAsync(LatentVectors vectors, DecodingPlan plan, long firstText, CancellationToken cancellationToken) =>
        _engine.DecodeAsync(plan, vectors.Count, (first, some) => Matrix(vectors.Values, vectors.Count).narrow(0, first, some), firstText, cancellationToken);

    private async Task<IReadOnlyList<GeneratedText>> DecodeAllAsync(LatentVectors vectors, DecodingPlan plan, CancellationToken cancellationToken) =>
        await DecodeAsync(vectors, plan, firstText: 0, cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false);

    private DecodingPlan Plan(SamplingOptions? options, CancellationToken cancellationToken) => _generator.Plan(options ?? new SamplingOptions(), cancellationToken);

    /// <summary>[count, latent], on the engine's thread.</summary>
    private Tensor Matrix(float[] values, int count) => tensor(values, device: _engine.Device).view(count, Shape.Latent);

    private static float[] Joined(IEnumerable<float[]> rows) => [.. rows.SelectMany(row => row)];

    private void RequireLatent() =>
        Check.That(Shape.Latent > 0, "model.latent", 0, "a model with a latent vector, as a language model has no latent space");

    private static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();

    /// <param name="Count">How many.</param>
    /// <param name="Values">[count, latent], row after row.</param>
    private sealed record LatentVectors(int Count, float[] Values);
}
