using TextVae.Texts;

namespace TextVae.Data;

/// <summary>Texts that can be streamed any number of times: lines, or running text in pieces.</summary>
/// <param name="Name">What errors and notes call it.</param>
/// <param name="Hash">Identifies the texts without reading them as text: 32 bytes.</param>
/// <param name="Read">Streams the texts.</param>
internal sealed record TextSource(string Name, byte[] Hash, Func<IEnumerable<string>> Read)
{
    // Another way of reading the same bytes is another hash.
    private const int Version = 1;

    /// <summary>The whole of one or more files, one after the other; see <see cref="TextFile.Of"/> for what is a path.</summary>
    public static TextSource Of(DataConfig config, params IReadOnlyList<string> paths)
    {
        var files = paths.Select(TextFile.Of).ToList();
        var hash = DataCache.Key([Version, config.Texts, config.Normalize, .. files.Select(file => file.Hash(config.Column))]);
        var lines = config.Texts == TextKind.Lines;
        return new TextSource(string.Join(", ", files.Select(file => file.Name)), hash, () => lines
            ? files.SelectMany(file => file.Texts(config.Column)).Select(text => TextNormalization.Normalize(text, config.Normalize))
            : files.SelectMany(file => file.Blocks(config.Column)));
    }

    /// <summary>A part of these texts.</summary>
    /// <param name="part">What it is, for its name and hash.</param>
    /// <param name="select">Chooses the part.</param>
    public TextSource Part(string part, Func<IEnumerable<string>, IEnumerable<string>> select) =>
        new($"{Name} ({part})", DataCache.Key(Hash, part), () => select(Read()));
}
