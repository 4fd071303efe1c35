using TextVae.Tables;
using TextVae.Texts;

namespace TextVae.Data;

/// <summary>Texts that can be streamed any number of times: lines, or running text in pieces.</summary>
/// <param name="Name">What errors and notes call it.</param>
/// <param name="Hash">Identifies the texts without reading them as text: 32 bytes.</param>
/// <param name="Read">Streams the texts, with <see cref="Mending.Mark"/> for bytes that are no UTF-8 and are not refused.</param>
internal sealed record TextSource(string Name, byte[] Hash, Func<IEnumerable<string>> Read)
{
    // Another way of reading the same bytes is another hash.
    public const int Version = 1;

    /// <summary>How files pack the bytes that <see cref="Hash"/> identifies, such as <c>.gz</c>, and the like: the same ones without that are no texts.</summary>
    public string Packing { get; init; } = "";

    /// <summary>What a user should know of where they are; one line each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The names of the texts' classes, by their numbers; none where they have no labels.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>The number of each text's class, in the order in which they are streamed.</summary>
    public IReadOnlyList<int> Labels { get; init; } = [];

    /// <summary>The whole of one or more files, one after the other; see <see cref="TextFile.Of"/> for what is a path.</summary>
    public static TextSource Of(DataConfig config, params IReadOnlyList<string> paths)
    {
        var files = paths.Select(path => TextFile.Of(path, config.InvalidUtf8, config.Encoding)).ToList();
        var hash = DataCache.Key([Version, config.Texts, config.Normalize, .. MendingKey(config), .. EncodingKey(config), .. files.Select(file => file.Hash(config.Column))]);
        var lines = config.Texts == TextKind.Lines;
        return new TextSource(string.Join(", ", files.Select(file => file.Name)), hash, () => lines
            ? files.SelectMany(file => file.MarkedTexts(config.Column)).Select(text => TextNormalization.Normalize(text, config.Normalize))
            : files.SelectMany(file => file.MarkedBlocks(config.Column)))
        {
            Packing = string.Join('/', files.Select(file => file.Packing)),
            Notes = [.. files.Where(file => lines || file.HasColumns).Select(file => file.ColumnNote(config.Column)).OfType<string>()],
        };
    }

    // Texts of which none is mended are what they were before any could be.
    private static IEnumerable<object> MendingKey(DataConfig config) => config.InvalidUtf8 == InvalidUtf8.Fail ? [] : [config.InvalidUtf8];

    // So are texts in UTF-8.
    private static IEnumerable<object> EncodingKey(DataConfig config) => CharacterSet.IsUtf8(config.Encoding) ? [] : ["encoding", CharacterSet.Find(config.Encoding!)!.WebName];

    /// <summary>A part of these texts.</summary>
    /// <param name="part">What it is, for its name and hash.</param>
    /// <param name="select">Chooses the part.</param>
    public TextSource Part(string part, Func<IEnumerable<string>, IEnumerable<string>> select) =>
        this with { Name = $"{Name} ({part})", Hash = DataCache.Key(Hash, part), Read = () => select(Read()) };

    /// <summary>The texts of these that fulfil a condition, with their labels.</summary>
    /// <param name="part">As above.</param>
    /// <param name="condition">A function of the text alone.</param>
    public TextSource Where(string part, Func<string, bool> condition) => Part(part, texts => texts.Where(condition)) with
    {
        Labels = [.. Labels.Zip(Read()).Where(text => condition(text.Second)).Select(text => text.First)],
    };
}
