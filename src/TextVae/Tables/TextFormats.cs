namespace TextVae.Tables;

/// <summary>Which format a file's name says; names that say none are lines of text.</summary>
internal static class TextFormats
{
    private static readonly Dictionary<string, ITextFormat> ByExtension = new(StringComparer.OrdinalIgnoreCase)
    {
        [".txt"] = PlainText.Format,
        [".csv"] = DelimitedText.Csv,
        [".tsv"] = DelimitedText.Tsv,
        [".jsonl"] = JsonLines.Format,
        [".ndjson"] = JsonLines.Format,
        [".parquet"] = ParquetColumn.Format,
    };

    /// <summary>The format of what a name without a compression's extension stands for.</summary>
    public static ITextFormat Of(string name) => ByExtension.GetValueOrDefault(Path.GetExtension(name), PlainText.Format);

    /// <summary>A name without what says its format and compression, and the format; null where it says none.</summary>
    public static (string Stem, ITextFormat Format)? Parse(string name)
    {
        var compressed = FileBytes.Extensions.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase);
        var inner = compressed ? Path.GetFileNameWithoutExtension(name) : name;
        return ByExtension.TryGetValue(Path.GetExtension(inner), out var format) ? (Path.GetFileNameWithoutExtension(inner), format) : null;
    }
}
