using TextVae.Storage;

namespace TextVae.Cli.Rows;

/// <summary>A table in a file whose extension says the format.</summary>
internal static class RowFile
{
    /// <summary>The extensions, for people.</summary>
    public const string Extensions = ".txt, .jsonl, .csv or .parquet";

    private static readonly Dictionary<string, Func<Stream, IReadOnlyList<Column>, IRowWriter>> Formats = new(StringComparer.OrdinalIgnoreCase)
    {
        [".txt"] = (stream, _) => new TextRows(stream),
        [".jsonl"] = (stream, columns) => new JsonLinesRows(stream, columns),
        [".csv"] = (stream, columns) => new CsvRows(stream, columns),
        [".parquet"] = (stream, columns) => new ParquetRows(stream, columns),
    };

    /// <summary>Refuses a name of no known format, before there is anything to write.</summary>
    /// <exception cref="InvalidInputException">It is one.</exception>
    public static void Check(string path)
    {
        if (!Formats.ContainsKey(Path.GetExtension(path)))
        {
            throw new InvalidInputException(InputKind.Usage, $"--out {path}: found the extension '{Path.GetExtension(path)}'; expected {Extensions}");
        }
    }

    /// <summary>Writes a file that appears whole once the work is done, or not at all if it throws.</summary>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<Column> columns, Action<IRowWriter> work) => AtomicFile.Write(
        path,
        stream =>
        {
            using var rows = Formats[Path.GetExtension(path)](stream, columns);
            work(rows);
        },
        InputKind.Data);
}
