using System.Security.Cryptography;
using TextVae.Tables;

namespace TextVae.Data;

/// <summary>
/// A file of texts, read as a stream in constant memory: lines, CSV, TSV, JSON Lines or Parquet, as its name says, plain or
/// compressed (docs/formats.md).
/// </summary>
public sealed class TextFile
{
    /// <summary>The path that means standard input.</summary>
    public const string StandardInput = "-";

    private readonly ITextFormat _format;
    private readonly Func<Stream> _open;
    private readonly Func<byte[]> _hash;

    private TextFile(string name, ITextFormat format, Func<Stream> open, Func<byte[]> hash) =>
        (Name, _format, _open, _hash) = (name, format, open, hash);

    /// <summary>What errors and notes call it.</summary>
    public string Name { get; }

    /// <summary>Whether its format has columns or fields, of which one has the texts.</summary>
    public bool HasColumns => _format.HasColumns;

    /// <summary>A file.</summary>
    /// <param name="path">Its path, <see cref="StandardInput"/> or <c>dotnet-docs</c>.</param>
    /// <exception cref="InvalidInputException">It is an archive that is missing, damaged or has not just one file.</exception>
    public static TextFile Of(string path)
    {
        if (path == StandardInput)
        {
            return new TextFile(Data.StandardInput.Name, PlainText.Format, Data.StandardInput.Open, Data.StandardInput.Hash);
        }
        if (path == BuiltInCorpus.Name && !File.Exists(path))
        {
            return new TextFile(path, PlainText.Format, BuiltInCorpus.Open, BuiltInCorpus.Hash);
        }
        var bytes = FileBytes.Of(path);
        return new TextFile(path, FileFormats.Texts(bytes.Name), bytes.Open, () => HashOf(path));
    }

    /// <summary>Its texts: lines without their ends (LF or CRLF), or the cells of a column; a cell that is null is an empty text.</summary>
    /// <param name="column">The column or field that has the texts; null where the file leaves no choice.</param>
    /// <exception cref="InvalidInputException">While reading: the file is missing, empty, damaged or no UTF-8, or has no such column.</exception>
    public IEnumerable<string> Texts(string? column = null) => _format.Texts(_open, Name, column);

    /// <summary>
    /// The file as running text in pieces that split no character, for windows. Lines are joined by LF, a byte order mark is
    /// left out, everything else is as in the file; cells each end with LF.
    /// </summary>
    /// <param name="column">As in <see cref="Texts"/>.</param>
    /// <exception cref="InvalidInputException">As <see cref="Texts"/>.</exception>
    public IEnumerable<string> Blocks(string? column = null) => _format.Blocks(_open, Name, column);

    /// <summary>Identifies the texts without reading them as texts.</summary>
    /// <exception cref="InvalidInputException">The file cannot be read, or has no columns to choose from.</exception>
    internal byte[] Hash(string? column)
    {
        if (HasColumns)
        {
            return DataCache.Key(_hash(), _format.Kind, column ?? "");
        }
        PlainText.RefuseColumn(Name, column); // here too, as texts that are known by their hash are not read again
        return _hash();
    }

    private static byte[] HashOf(string path)
    {
        using var file = FileBytes.OpenFile(path);
        return SHA256.HashData(file);
    }
}
