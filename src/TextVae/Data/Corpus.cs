using System.Text.Json;
using TextVae.Texts;
using TextVae.Tokenizers;

namespace TextVae.Data;

/// <summary>The texts of a run as tokens, split for training, validation and test.</summary>
/// <remarks>
/// A folder brings its own splits (<c>ptb.train.txt</c>, <c>ptb.valid.txt</c>, <c>ptb.test.txt</c>, or without the
/// prefix). Files and the built-in corpus are split here: lines by a hash of the text, running text by position (training,
/// test, validation). The tokens are built once and cached, by the hash of what they are built from.
/// </remarks>
public sealed class Corpus : IDisposable
{
    private const int FingerprintVersion = 1;

    private IReadOnlyList<string> _notes = [];

    /// <summary>A corpus of datasets of one's own, which it then owns.</summary>
    /// <param name="tokenizer">What made the tokens.</param>
    /// <param name="train">Texts to learn from.</param>
    /// <param name="validation">Texts to watch the training by.</param>
    /// <param name="test">Texts to judge by, or null.</param>
    /// <param name="fingerprint">A hash of the inputs and the tokeniser.</param>
    public Corpus(ITokenizer tokenizer, ITextDataset train, ITextDataset validation, ITextDataset? test, string fingerprint) =>
        (Tokenizer, Train, Validation, Test, Fingerprint) = (tokenizer, train, validation, test, fingerprint);

    /// <summary>The tokeniser; its vocabulary comes from the training split alone.</summary>
    public ITokenizer Tokenizer { get; }

    /// <summary>Texts to learn from.</summary>
    public ITextDataset Train { get; }

    /// <summary>Texts to watch the training by.</summary>
    public ITextDataset Validation { get; }

    /// <summary>Texts to judge by; null where there are none.</summary>
    public ITextDataset? Test { get; }

    /// <summary>A hash of the inputs and the tokeniser: equal fingerprints mean equal tokens.</summary>
    public string Fingerprint { get; }

    /// <summary>What a user should know, such as how many texts were left out; one line each.</summary>
    public IReadOnlyList<string> Notes => [.. _notes, .. Train.Notes, .. Validation.Notes, .. Test?.Notes ?? []];

    /// <summary>Opens the corpus that a configuration names.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="paths">Files, or one folder, to use in place of <see cref="DataConfig.Source"/>.</param>
    /// <param name="tokenizer">A tokeniser to use; without one, its vocabulary is learned from the training split.</param>
    /// <exception cref="InvalidInputException">The configuration or a file cannot be used.</exception>
    public static Corpus Load(DataConfig config, IReadOnlyList<string>? paths = null, ITokenizer? tokenizer = null) =>
        Load(config, () => CorpusSplits.Find(config, paths ?? []), tokenizer);

    /// <summary>Opens the corpus of some texts.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="tokenizer">As above.</param>
    /// <exception cref="InvalidInputException">The configuration or the texts cannot be used.</exception>
    public static Corpus Load(DataConfig config, TrainingTexts texts, ITokenizer? tokenizer = null) =>
        Load(config, () => texts.Split(config), tokenizer);

    /// <summary>Opens the whole of one file as one dataset, for a model that has its vocabulary already.</summary>
    /// <param name="config">The configuration of the model's data.</param>
    /// <param name="path">The file, or <c>dotnet-docs</c>.</param>
    /// <param name="tokenizer">The model's tokeniser.</param>
    /// <exception cref="InvalidInputException">The configuration or the file cannot be used.</exception>
    public static ITextDataset OpenForEvaluation(DataConfig config, string path, ITokenizer tokenizer)
    {
        config.Validate();
        var source = TextSource.Of(config, path);
        return Dataset(config, source, tokenizer);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Train.Dispose();
        Validation.Dispose();
        Test?.Dispose();
    }

    private static Corpus Load(DataConfig config, Func<CorpusSplits> find, ITokenizer? tokenizer)
    {
        config.Validate();
        var splits = find();
        TextSource[] sources = splits.Derived ? [splits.Train] : [.. new[] { splits.Train, splits.Validation, splits.Test }.OfType<TextSource>()];
        List<string> notes = [.. splits.Notes, .. sources.SelectMany(source => source.Notes)];
        tokenizer ??= Learn(config, splits.Train, notes);
        var fingerprint = Convert.ToHexStringLower(DataCache.Key(Fingerprinted(config, splits.Train, tokenizer), splits.Validation.Hash, splits.Test?.Hash ?? []));
        var opened = new List<IDisposable>();
        try
        {
            var train = Dataset(config, splits.Train, tokenizer);
            opened.Add(train);
            var validation = Dataset(config, splits.Validation, tokenizer);
            opened.Add(validation);
            return new Corpus(tokenizer, train, validation, OpenTest(config, splits, tokenizer), fingerprint) { _notes = notes };
        }
        catch
        {
            opened.ForEach(dataset => dataset.Dispose());
            throw;
        }
    }

    /// <summary>The tokeniser that the training texts ask for: a known one from the cache, else learnt.</summary>
    internal static ITokenizer Learn(DataConfig config, TextSource train, List<string> notes)
    {
        var key = DataCache.Key(CacheFile.Version, "vocabulary", train.Hash, train.Packing, config.Tokenizer, config.MinCount, config.VocabularySize ?? 0, config.Merges is { } merges ? TextFile.Of(merges).Hash(null) : []);
        var path = DataCache.PathOf(key, ".vocabulary");
        if (CacheFile.TryRead(path, key) is { } known)
        {
            return TokenizerFactory.Create(config.Tokenizer, new Vocabulary(JsonSerializer.Deserialize<string[]>(known)!));
        }
        if (File.Exists(path))
        {
            notes.Add(DatasetNotes.Damaged(train.Name, "vocabulary"));
        }
        var tokenizer = TokenizerFactory.Learn(config.TokenizerOptions, Texts(config, train, new Mending(config.InvalidUtf8)));
        CacheFile.Write(path, key, train.Name, tokenizer.Vocabulary.Write, out _).Dispose();
        return tokenizer;
    }

    /// <summary>What runs know their texts by: the same for every way of keeping tokens.</summary>
    private static byte[] Fingerprinted(DataConfig config, TextSource source, ITokenizer tokenizer) => DataCache.Key(
        ["tokens", FingerprintVersion, source.Hash, config.Texts == TextKind.Lines ? config.Length : 0, .. config.Longer == LongTexts.Drop ? (object[])[] : [config.Longer], tokenizer.Kind, .. tokenizer.Vocabulary.Tokens]);

    private static TokenFile Tokens(DataConfig config, TextSource source, ITokenizer tokenizer)
    {
        var key = DataCache.Key(CacheFile.Version, Fingerprinted(config, source, tokenizer), source.Packing);
        var path = DataCache.PathOf(key, ".tokens");
        var mending = new Mending(config.InvalidUtf8);
        return TokenFile.TryOpen(path, key, tokenizer.Vocabulary)
            ?? TokenFile.Build(path, Texts(config, source, mending), source.Name, tokenizer, config.Texts, config.Length - 1, key, source.Classes.Count > 0 ? source.Labels : null, mending, config.Longer);
    }

    private static IEnumerable<string> Texts(DataConfig config, TextSource source, Mending mending) =>
        config.Texts == TextKind.Lines ? mending.Texts(source.Read()) : WholeWords.Of(mending.Blocks(source.Read()));

    private static ITextDataset Dataset(DataConfig config, TextSource source, ITokenizer tokenizer) =>
        Dataset(config, source, tokenizer, Tokens(config, source, tokenizer));

    private static ITextDataset Dataset(DataConfig config, TextSource source, ITokenizer tokenizer, TokenFile tokens)
    {
        try
        {
            return config.Texts == TextKind.Lines
                ? new LineDataset(tokens, config.Length, tokenizer, source.Name, config.InvalidUtf8, config.Longer) { Classes = source.Classes, Labels = tokens.ReadLabels() }
                : new WindowDataset(tokens, config.Length, source.Name, config.InvalidUtf8);
        }
        catch
        {
            tokens.Dispose();
            throw;
        }
    }

    /// <summary>The test split; one that we cut off ourselves may have come out too small to use.</summary>
    private static ITextDataset? OpenTest(DataConfig config, CorpusSplits splits, ITokenizer tokenizer)
    {
        if (splits.Test is not { } source)
        {
            return null;
        }
        var tokens = Tokens(config, source, tokenizer);
        var enough = config.Texts == TextKind.Lines ? tokens.TextCount > 0 : tokens.TokenCount >= config.Length;
        if (splits.Derived && !enough)
        {
            tokens.Dispose();
            return null;
        }
        return Dataset(config, source, tokenizer, tokens);
    }
}
