namespace TextVae.Tables.Vectors;

/// <summary>The formats for texts and their posteriors, by the extension of a file's name.</summary>
public static class ExportFormat
{
    private static readonly Dictionary<string, IExportFormat> Formats = new(StringComparer.OrdinalIgnoreCase)
    {
        [".npy"] = new NpyFormat(),
        [".parquet"] = new ParquetFormat(),
        [".jsonl"] = new JsonLinesFormat(),
        [".tsv"] = new ProjectorFormat(),
    };

    /// <summary>The format that a file's name asks for.</summary>
    /// <exception cref="InvalidInputException">There is none.</exception>
    public static IExportFormat Of(string path) => Formats.TryGetValue(Path.GetExtension(path), out var format) ? format
        : throw new InvalidInputException(InputKind.Usage, $"{path}: found the extension '{Path.GetExtension(path)}'; expected one of {string.Join(", ", Formats.Keys)}");
}
