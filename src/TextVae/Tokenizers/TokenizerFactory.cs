using TextVae.Data;

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

    /// <summary>Learns what a configuration names.</summary>
    /// <param name="config">A valid configuration.</param>
    /// <param name="texts">The training texts; running text in pieces that split no word.</param>
    /// <exception cref="InvalidInputException">The texts cannot be read, or are too various.</exception>
    internal static ITokenizer Learn(DataConfig config, IEnumerable<string> texts)
    {
        var forLines = config.Texts == TextKind.Lines;
        return config.Tokenizer switch
        {
            ByteTokenizer.Name => ByteTokenizer.Create(forLines),
            WordTokenizer.Name => WordTokenizer.Learn(texts, config.MinCount, forLines),
            SubwordTokenizer.Name when config.Merges is { } path => SubwordTokenizer.FromMerges(path, config.VocabularySize, forLines),
            SubwordTokenizer.Name => SubwordTokenizer.Learn(texts, config.VocabularySize ?? SubwordTokenizer.DefaultCount, forLines),
            _ => CharacterTokenizer.Learn(texts, config.MinCount, forLines),
        };
    }
}
