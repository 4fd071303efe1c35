using System.Collections.Frozen;
using System.Text.Json;

namespace TextVae.Tables;

/// <summary>Which format a file's name says (docs/formats.md).</summary>
internal static class FileFormats
{
    private static readonly FileFormat[] All =
    [
        new(".txt", PlainText.Format, (stream, columns) => new PlainTextRows(stream, columns), Join: JoinedFiles.Join),
        new(".npy", Vectors: new Npy(), Join: Npy.Join),
        new(".jsonl", JsonLines.Format, (stream, _) => new JsonLinesRows(stream), new JsonLinesVectors(), JoinedFiles.Join),
        new(".ndjson", JsonLines.Format),
        new(".json", JsonValues.Format),
        new(".csv", DelimitedText.Csv, (stream, columns) => new CsvRows(stream, columns), Join: JoinedFiles.JoinBelowNames),
        new(".tsv", DelimitedText.Tsv, Vectors: new Projector(), Join: JoinedFiles.Join),
        new(".tab", DelimitedText.Tsv),
        new(".parquet", ParquetTable.Format, (stream, columns) => new ParquetRows(stream, columns), new ParquetVectors(), JoinedParquet.Join),
    ];

    private static readonly FrozenDictionary<string, FileFormat> ByExtension = All.ToFrozenDictionary(format => format.Extension, StringComparer.OrdinalIgnoreCase);

    private static readonly string[] OfLines = [".txt", ".log", ".text"];

    /// <summary>How texts are read from what a name without a compression's extension stands for; names that say nothing are lines of text, unless the first is a JSON object, or the rows of a table with a column of texts.</summary>
    /// <param name="name">The name.</param>
    /// <param name="open">Opens the bytes, to look at the first of them where the name says nothing; null where they can be read only once.</param>
    public static ITextFormat Texts(string name, Func<Stream>? open)
    {
        if (Of(name)?.Texts is { } format)
        {
            return format;
        }
        if (open is null || OfLines.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase))
        {
            return PlainText.Format;
        }
        var beginning = Beginning(open);
        return BeginsWithObject(beginning) ? JsonLines.Format
            : TabSeparated.Tabs(beginning) > 0 && TabSeparated.NamesTexts(beginning) ? DelimitedText.Tsv
            : PlainText.Format;
    }

    /// <summary>A name without what says its format and compression, and how texts are read; null where it says no format of texts.</summary>
    public static (string Stem, ITextFormat Format)? Parse(string name)
    {
        var compressed = FileBytes.Extensions.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase);
        var inner = compressed ? Path.GetFileNameWithoutExtension(name) : name;
        return Of(inner)?.Texts is { } format ? (Path.GetFileNameWithoutExtension(inner), format) : null;
    }

    /// <summary>What files of this name do of one kind.</summary>
    /// <param name="path">The file.</param>
    /// <param name="ability">What is asked of its format.</param>
    /// <exception cref="InvalidInputException">There is no such format, or it does not do that.</exception>
    public static T Require<T>(string path, Func<FileFormat, T?> ability)
        where T : class => Of(path) is { } format && ability(format) is { } able
            ? able
            : throw new InvalidInputException(InputKind.Usage, $"{path}: found the extension '{Path.GetExtension(path)}', expected {Extensions(ability)}");

    /// <summary>How the names of the files end that are written where this one is named.</summary>
    public static IReadOnlyList<string> Extensions(string path) =>
        Of(path)?.Vectors?.SecondExtension is { } second ? [Path.GetExtension(path), second] : [Path.GetExtension(path)];

    /// <summary>The extensions of all formats that can do something, for people.</summary>
    public static string Extensions<T>(Func<FileFormat, T?> ability)
        where T : class
    {
        var able = All.Where(format => ability(format) is not null).Select(format => format.Extension).ToArray();
        return $"{string.Join(", ", able[..^1])} or {able[^1]}";
    }

    /// <summary>The first piece of a file's text; empty where it is none, as whoever reads it says what is wrong.</summary>
    private static string Beginning(Func<Stream> open)
    {
        try
        {
            return Utf8Text.Blocks(() => TextBytes.Open(open, "", null, marks: true), "", marks: true).FirstOrDefault("");
        }
        catch (InvalidInputException)
        {
            return "";
        }
    }

    private static bool BeginsWithObject(string beginning)
    {
        try
        {
            using var line = JsonDocument.Parse(beginning.Split('\n')[0]);
            return line.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return false;
        }
    }

    private static FileFormat? Of(string name) => ByExtension.GetValueOrDefault(Path.GetExtension(name));
}
