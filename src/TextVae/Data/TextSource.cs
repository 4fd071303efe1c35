namespace TextVae.Data;

/// <summary>Texts that can be streamed any number of times: lines, or running text in pieces.</summary>
/// <param name="Name">What errors and notes call it.</param>
/// <param name="Hash">Identifies the texts without reading them as text: 32 bytes.</param>
/// <param name="Read">Streams the texts.</param>
internal sealed record TextSource(string Name, byte[] Hash, Func<IEnumerable<string>> Read)
{
    // Another way of reading the same bytes is another hash.
    private const int Version = 1;

    /// <summary>The whole of one or more files, one after the other; the name of the built-in corpus is one.</summary>
    public static TextSource Of(DataConfig config, params IReadOnlyList<string> paths)
    {
        var hash = DataCache.Key([Version, config.Texts, config.Normalize, .. paths.Select(Hashed)]);
        var lines = config.Texts == TextKind.Lines;
        return new TextSource(string.Join(", ", paths), hash, () => lines
            ? paths.SelectMany(Lines).Select(text => TextNormalization.Normalize(text, config.Normalize))
            : paths.SelectMany(Blocks));
    }

    /// <summary>A part of these texts.</summary>
    /// <param name="part">What it is, for its name and hash.</param>
    /// <param name="select">Chooses the part.</param>
    public TextSource Part(string part, Func<IEnumerable<string>, IEnumerable<string>> select) =>
        new($"{Name} ({part})", DataCache.Key(Hash, part), () => select(Read()));

    private static bool IsBuiltIn(string path) => path == BuiltInCorpus.Name && !File.Exists(path);

    private static byte[] Hashed(string path) => IsBuiltIn(path) ? BuiltInCorpus.Hash() : TextFile.Hash(path);

    private static IEnumerable<string> Lines(string path) => IsBuiltIn(path) ? BuiltInCorpus.Lines() : TextFile.Lines(path);

    private static IEnumerable<string> Blocks(string path) =>
        IsBuiltIn(path) ? Utf8Text.Blocks(BuiltInCorpus.Open, path) : TextFile.Blocks(path);
}
