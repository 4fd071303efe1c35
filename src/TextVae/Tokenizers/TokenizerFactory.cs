namespace TextVae.Tokenizers;

/// <summary>The tokenisers by their names in a configuration.</summary>
public static class TokenizerFactory
{
    /// <summary>The names.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [CharacterTokenizer.Name, ByteTokenizer.Name, WordTokenizer.Name, SubwordTokenizer.Name];

    internal static string KindsInWords { get; } = $"{string.Join(", ", Kinds.SkipLast(1))} or {Kinds[^1]}";

    /// <summary>The tokeniser of a vocabulary that exists already.</summary>
    /// <exception cref="InvalidInputException">There is no such kind, or the vocabulary does not fit it.</exception>
    public static ITokenizer Create(string kind, Vocabulary vocabulary) => kind switch
    {
        CharacterTokenizer.Name => new CharacterTokenizer(vocabulary),
        ByteTokenizer.Name => new ByteTokenizer(vocabulary),
        WordTokenizer.Name => new WordTokenizer(vocabulary),
        SubwordTokenizer.Name => new SubwordTokenizer(vocabulary),
        _ => throw new InvalidInputException(InputKind.RunFolder, $"tokenizer: found {kind}, expected {KindsInWords}"),
    };

    /// <summary>Learns a tokeniser from texts.</summary>
    /// <param name="options">Which.</param>
    /// <param name="texts">The training texts; running text in pieces that split no word.</param>
    /// <exception cref="InvalidInputException">The texts cannot be read, or are too various.</exception>
    internal static ITokenizer Learn(TokenizerOptions options, IEnumerable<string> texts) => options.Kind switch
    {
        ByteTokenizer.Name => ByteTokenizer.Create(options.ForLines),
        WordTokenizer.Name => WordTokenizer.Learn(texts, options.MinCount, options.ForLines),
        SubwordTokenizer.Name when options.Merges is { } path => SubwordTokenizer.FromMerges(path, options.VocabularySize, options.ForLines),
        SubwordTokenizer.Name => SubwordTokenizer.Learn(texts, options.VocabularySize ?? SubwordTokenizer.DefaultCount, options.ForLines),
        _ => CharacterTokenizer.Learn(texts, options.MinCount, options.ForLines),
    };
}

/// <summary>Which tokeniser to learn.</summary>
internal sealed record TokenizerOptions
{
    /// <summary>One of <see cref="TokenizerFactory.Kinds"/>.</summary>
    public string Kind { get; init; } = CharacterTokenizer.Name;

    /// <summary>How often a character or a word must occur to be kept.</summary>
    public int MinCount { get; init; } = 1;

    /// <summary>V for subwords; null: as many as is usual.</summary>
    public int? VocabularySize { get; init; }

    /// <summary>A file of merges that exist already; null: subwords are learned.</summary>
    public string? Merges { get; init; }

    /// <summary>Whether texts are lines, which need a token for their end, or running text.</summary>
    public bool ForLines { get; init; } = true;
}
