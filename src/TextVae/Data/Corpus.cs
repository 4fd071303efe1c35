using System.Runtime.InteropServices;
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
    public IReadOnlyList<string> Notes => [.. Train.Notes, .. Validation.Notes, .. Test?.Notes ?? []];

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
        tokenizer ??= Learn(config, splits.Train);
        var fingerprint = Convert.ToHexStringLower(DataCache.Key(TokenKey(config, splits.Train, tokenizer), splits.Validation.Hash, splits.Test?.Hash ?? []));
        var opened = new List<IDisposable>();
        try
        {
            var train = Dataset(config, splits.Train, tokenizer);
            opened.Add(train);
            var validation = Dataset(config, splits.Validation, tokenizer);
            opened.Add(validation);
            return new Corpus(tokenizer, train, validation, OpenTest(config, splits, tokenizer), fingerprint);
        }
        catch
        {
            opened.ForEach(dataset => dataset.Dispose());
            throw;
        }
    }

    private static ITokenizer Learn(DataConfig config, TextSource train)
    {
        var path = DataCache.PathOf(DataCache.Key("vocabulary", train.Hash, config.Tokenizer, config.MinCount, config.VocabularySize ?? 0, config.Merges is { } merges ? TextFile.Of(merges).Hash(null) : []), ".vocabulary.json");
        try
        {
            return TokenizerFactory.Create(config.Tokenizer, Vocabulary.Load(path));
        }
        catch (InvalidInputException)
        {
            // Not cached yet, or damaged: learn it.
        }
        var tokenizer = TokenizerFactory.Learn(config.TokenizerOptions, Texts(config, train));
        DataCache.Write(path, tokenizer.Vocabulary.Write);
        return tokenizer;
    }

    private static byte[] TokenKey(DataConfig config, TextSource source, ITokenizer tokenizer) => DataCache.Key(
        ["tokens", TokenFileHeader.Version, source.Hash, config.Texts == TextKind.Lines ? config.Length : 0, tokenizer.Kind, .. tokenizer.Vocabulary.Tokens]);

    private static TokenFile Tokens(DataConfig config, TextSource source, ITokenizer tokenizer)
    {
        var key = TokenKey(config, source, tokenizer);
        var path = DataCache.PathOf(key, ".tokens");
        return TokenFile.TryOpen(path, key, tokenizer.Vocabulary)
            ?? TokenFile.Build(path, Texts(config, source), source.Name, tokenizer, config.Texts, config.Length - 1, key);
    }

    /// <summary>The tokens and the labels of the texts that are among them.</summary>
    private static (TokenFile Tokens, int[] Labels) Labelled(DataConfig config, TextSource source, ITokenizer tokenizer)
    {
        var key = TokenKey(config, source, tokenizer);
        var (path, labelsPath) = (DataCache.PathOf(key, ".tokens"), DataCache.PathOf(key, ".labels"));
        var tokens = TokenFile.TryOpen(path, key, tokenizer.Vocabulary);
        if (tokens is not null && LabelFile.TryRead(labelsPath, tokens.TextCount, source.Classes.Count) is { } known)
        {
            return (tokens, known);
        }
        tokens?.Dispose();
        var labels = new List<int>();
        tokens = TokenFile.Build(path, Texts(config, source), source.Name, tokenizer, config.Texts, config.Length - 1, key, number => labels.Add(source.Labels[(int)number]));
        LabelFile.Write(labelsPath, CollectionsMarshal.AsSpan(labels));
        return (tokens, [.. labels]);
    }

    private static IEnumerable<string> Texts(DataConfig config, TextSource source) =>
        config.Texts == TextKind.Lines ? source.Read() : WholeWords.Of(source.Read());

    private static ITextDataset Dataset(DataConfig config, TextSource source, ITokenizer tokenizer)
    {
        var (tokens, labels) = source.Classes.Count > 0 ? Labelled(config, source, tokenizer) : (Tokens(config, source, tokenizer), []);
        try
        {
            return config.Texts == TextKind.Lines
                ? new LineDataset(tokens, config.Length, tokenizer, source.Name) { Classes = source.Classes, Labels = labels }
                : new WindowDataset(tokens, config.Length, source.Name);
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
        if (splits.Derived)
        {
            using var tokens = Tokens(config, source, tokenizer);
            var enough = config.Texts == TextKind.Lines ? tokens.TextCount > 0 : tokens.TokenCount >= config.Length;
            if (!enough)
            {
                return null;
            }
        }
        return Dataset(config, source, tokenizer);
    }
}
