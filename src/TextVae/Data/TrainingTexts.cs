using TextVae.Data;

namespace TextVae;

/// <summary>The texts to train on: files, a program's own, the built-in corpus, or what the recipe names.</summary>
public sealed class TrainingTexts
{
    /// <summary>What stands for a program's own texts in training.json; files stand there with their full paths.</summary>
    internal const string InMemory = "memory";

    private readonly MemoryTexts? _texts;

    private TrainingTexts(IReadOnlyList<string> paths, MemoryTexts? texts = null) => (Paths, _texts) = (paths, texts);

    /// <summary>What the recipe's <c>data.source</c> names; without it, the built-in corpus.</summary>
    public static TrainingTexts OfRecipe { get; } = new([]);

    /// <summary>The built-in corpus <c>dotnet-docs</c>, whatever the recipe names.</summary>
    public static TrainingTexts BuiltIn { get; } = new([BuiltInCorpus.Name]);

    /// <summary>Whether a program gave the texts themselves, which nothing but the program can give again.</summary>
    public bool AreInMemory => _texts is not null;

    /// <summary>What training.json keeps: full paths, a reserved name, or nothing for what the recipe names.</summary>
    internal IReadOnlyList<string> Paths { get; }

    /// <summary>The texts of files, one after the other; or of one folder that has a training and a validation file.</summary>
    /// <param name="paths">At least one: lines, CSV, TSV, JSON Lines or Parquet (docs/formats.md); <c>-</c> is standard input.</param>
    /// <exception cref="InvalidInputException">There is no path.</exception>
    public static TrainingTexts Files(params IEnumerable<string> paths)
    {
        string[] full = [.. paths.Select(path => IsReserved(path) ? path : Path.GetFullPath(path))];
        return full.Length > 0 ? new TrainingTexts(full) : throw new InvalidInputException(InputKind.Usage, "paths is empty; expected a file or a folder");
    }

    /// <summary>The texts of a folder that brings its own splits: <c>NAME.train.txt</c>, <c>NAME.valid.txt</c> and perhaps <c>NAME.test.txt</c>.</summary>
    /// <param name="path">The folder.</param>
    public static TrainingTexts Folder(string path) => Files(path);

    /// <summary>A program's own texts; they are read once, here. Resuming the run needs the same ones, in the same order.</summary>
    /// <param name="texts">The texts; empty ones and those that are too long are left out, as those of a file.</param>
    /// <exception cref="InvalidInputException">A text is null or no valid Unicode.</exception>
    public static TrainingTexts Of(IEnumerable<string> texts) => new([InMemory], MemoryTexts.Of(texts));

    /// <summary>A program's own texts, each with the name of its class, for parts of a model that read <see cref="TextBatch.Labels"/>.</summary>
    /// <param name="texts">The texts; the classes' numbers are the ordinal order of their names.</param>
    /// <exception cref="InvalidInputException">A text or a label is null, or a text no valid Unicode.</exception>
    public static TrainingTexts OfLabelled(IEnumerable<(string Text, string Label)> texts) => new([InMemory], MemoryTexts.OfLabelled(texts));

    /// <summary>As <see cref="Of"/>, for texts that come from elsewhere.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="cancellationToken">Stops reading them.</param>
    /// <exception cref="InvalidInputException">As above.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static async Task<TrainingTexts> OfAsync(IAsyncEnumerable<string> texts, CancellationToken cancellationToken = default) =>
        Of(await texts.ToListAsync(cancellationToken).ConfigureAwait(false));

    /// <summary>As <see cref="OfLabelled"/>, for texts that come from elsewhere.</summary>
    /// <param name="texts">The texts with their classes.</param>
    /// <param name="cancellationToken">Stops reading them.</param>
    /// <exception cref="InvalidInputException">As above.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static async Task<TrainingTexts> OfLabelledAsync(IAsyncEnumerable<(string Text, string Label)> texts, CancellationToken cancellationToken = default) =>
        OfLabelled(await texts.ToListAsync(cancellationToken).ConfigureAwait(false));

    /// <summary>The texts' splits.</summary>
    internal CorpusSplits Split(DataConfig config) =>
        _texts is null ? CorpusSplits.Find(config, Paths) : CorpusSplits.Of(config, _texts.Source(config));

    private static bool IsReserved(string path) =>
        path == TextFile.StandardInput || (path == BuiltInCorpus.Name && !Path.Exists(path));
}
