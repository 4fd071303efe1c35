using TextVae.Texts;

namespace TextVae.Data;

/// <summary>Texts that can be streamed any number of times: lines, or running text in pieces.</summary>
/// <param name="Name">What errors and notes call it.</param>
/// <param name="Hash">Identifies the texts without reading them as text: 32 bytes.</param>
/// <param name="Read">Streams the texts.</param>
internal sealed record TextSource(string Name, byte[] Hash, Func<IEnumerable<string>> Read)
{
    // Another way of reading the same bytes is another hash.
    public const int Version = 1;

    /// <summary>The names of the texts' classes, by their numbers; none where they have no labels.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>The number of each text's class, in the order in which they are streamed.</summary>
    public IReadOnlyList<int> Labels { get; init; } = [];

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

    /// <summary>The texts of these that fulfil a condition, with their labels.</summary>
    /// <param name="part">As above.</param>
    /// <param name="condition">A function of the text alone.</param>
    public TextSource Where(string part, Func<string, bool> condition) => Part(part, texts => texts.Where(condition)) with
    {
        Classes = Classes,
        Labels = [.. Labels.Zip(Read()).Where(text => condition(text.Second)).Select(text => text.First)],
    };
}
