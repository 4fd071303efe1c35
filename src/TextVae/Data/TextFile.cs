using System.Security.Cryptography;
using TextVae.Storage;
using TextVae.Tables;
using TextVae.Texts;

namespace TextVae.Data;

/// <summary>
/// A file of texts, read as a stream in constant memory: lines, CSV, TSV, JSON, JSON Lines or Parquet, as its name says, plain or
/// compressed, in UTF-8 or another encoding (docs/formats.md).
/// </summary>
public sealed class TextFile
{
    /// <summary>The path that means standard input.</summary>
    public const string StandardInput = "-";

    private readonly ITextFormat _format;
    private readonly Func<Stream> _open;
    private readonly Func<byte[]> _hash;
    private readonly string _packing;

    private bool _isRunning;
    private Mending _read = new(InvalidUtf8.Fail);

    private TextFile(string name, ITextFormat format, Func<Stream> open, Func<byte[]> hash, string packing = "") =>
        (Name, _format, _open, _hash, _packing) = (name, format, open, hash, packing);

    /// <summary>What errors and notes call it.</summary>
    public string Name { get; }

    /// <summary>Whether its format has columns or fields, of which one has the texts.</summary>
    public bool HasColumns => _format.HasColumns;

    /// <summary>What becomes of bytes that are no UTF-8.</summary>
    public InvalidUtf8 InvalidUtf8 { get; private init; }

    /// <summary>What its text is in, such as <c>windows-1252</c>; null: UTF-8, or what a byte order mark says.</summary>
    public string? Encoding { get; private init; }

    /// <summary>What a user should know of what was read last, such as how many texts had bytes that are no UTF-8; one line each.</summary>
    public IReadOnlyList<string> Notes => Mending.Notes(Name, InvalidUtf8, _read.Count, _isRunning);

    /// <summary>How it packs its bytes, such as <c>.gz</c>, and what else of reading them its hash does not say, as earlier versions read them otherwise.</summary>
    internal string Packing => string.Concat(_packing, HasColumns ? " cells" : "", _format.IsText ? TextBytes.Reading(_open, Name, Encoding) : "");

    /// <summary>A file.</summary>
    /// <param name="path">Its path, <see cref="StandardInput"/> or <c>dotnet-docs</c>.</param>
    /// <param name="invalidUtf8">What becomes of bytes that are no UTF-8.</param>
    /// <param name="encoding">What its text is in, by a name that IANA or Windows has for it; null: UTF-8, or what a byte order mark says.</param>
    /// <exception cref="InvalidInputException">It is an archive that is missing, damaged or has not just one file; or there is no such encoding.</exception>
    public static TextFile Of(string path, InvalidUtf8 invalidUtf8 = InvalidUtf8.Fail, string? encoding = null)
    {
        RequireKnown(encoding);
        if (path == StandardInput)
        {
            return new TextFile(Data.StandardInput.Name, PlainText.Format, Data.StandardInput.Open, Data.StandardInput.Hash) { InvalidUtf8 = invalidUtf8, Encoding = encoding };
        }
        if (path == BuiltInCorpus.Name && !File.Exists(path))
        {
            return new TextFile(path, PlainText.Format, BuiltInCorpus.Open, BuiltInCorpus.Hash) { InvalidUtf8 = invalidUtf8 };
        }
        var bytes = FileBytes.Of(path);
        var format = FileFormats.Texts(bytes.Name, File.Exists(path) && PlainFile.CanBeReadAgain(path) ? bytes.Open : null);
        return new TextFile(path, format, bytes.Open, () => HashOf(path), bytes.Packing) { InvalidUtf8 = invalidUtf8, Encoding = encoding, IsFile = true };
    }

    /// <summary>Its texts: lines without their ends (LF or CRLF), or the cells of a column; a cell that is null is an empty text.</summary>
    /// <param name="column">The column or field that has the texts; null where the file leaves no choice.</param>
    /// <exception cref="InvalidInputException">While reading: the file is missing, empty, damaged or no UTF-8, or has no such column.</exception>
    public IEnumerable<string> Texts(string? column = null)
    {
        (_isRunning, _read) = (false, new Mending(InvalidUtf8));
        return _read.Texts(MarkedTexts(column));
    }

    /// <summary>
    /// The file as running text in pieces that split no character, for windows. Lines are joined by LF, a byte order mark is
    /// left out, everything else is as in the file; cells each end with LF.
    /// </summary>
    /// <param name="column">As in <see cref="Texts"/>.</param>
    /// <exception cref="InvalidInputException">As <see cref="Texts"/>.</exception>
    public IEnumerable<string> Blocks(string? column = null)
    {
        (_isRunning, _read) = (true, new Mending(InvalidUtf8));
        return _read.Blocks(MarkedBlocks(column));
    }

    /// <summary>Which column or field has the texts, for a user who has not said it, or that lines look like rows of columns; else null. Reads the file's beginning.</summary>
    /// <param name="column">As in <see cref="Texts"/>.</param>
    /// <exception cref="InvalidInputException">As <see cref="Texts"/>.</exception>
    public string? ColumnNote(string? column = null) =>
        IsFile && PlainFile.CanBeReadAgain(Name) && _format.Choice(Open, Name, column) is { } choice && (column is null || !choice.StartsWith($"'{Shortened.Of(column)}'", StringComparison.Ordinal))
            ? $"{Name}: {(HasColumns ? "the texts are in column " : "")}{choice}"
            : null;

    /// <summary>Counts the texts and identifies their file, which is read to its end; standard input is copied, to be read again.</summary>
    /// <param name="column">As in <see cref="Texts"/>.</param>
    /// <exception cref="InvalidInputException">As <see cref="Texts"/>, or the file can be read only once.</exception>
    public TextsIdentity Identify(string? column = null)
    {
        var sha256 = Convert.ToHexStringLower(_hash());
        return new TextsIdentity(Texts(column).LongCount(), sha256);
    }

    /// <summary>As <see cref="Texts"/>, with <see cref="Mending.Mark"/> for what is still to be mended.</summary>
    internal IEnumerable<string> MarkedTexts(string? column) => _format.Texts(Open, Name, column, Marks);

    /// <summary>As <see cref="Blocks"/>, with marks.</summary>
    internal IEnumerable<string> MarkedBlocks(string? column) => _format.Blocks(Open, Name, column, Marks);

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

    private bool IsFile { get; init; } // and not standard input or the built-in corpus

    private bool Marks => InvalidUtf8 != InvalidUtf8.Fail;

    /// <summary>Refuses what is no encoding's name.</summary>
    /// <exception cref="InvalidInputException">It is none.</exception>
    internal static void RequireKnown(string? encoding) =>
        Check.That(encoding is null || CharacterSet.Find(encoding) is not null, "data.encoding", encoding, "utf-8, utf-16, utf-16le, utf-16be, latin1, windows-1252 or another that IANA or Windows names");

    private Stream Open() => _format.IsText ? TextBytes.Open(_open, Name, Encoding, Marks) : _open();

    private static byte[] HashOf(string path)
    {
        PlainFile.RefuseOthers(path, InputKind.Data, $"a plain file, as it is read more than once; standard input ({StandardInput}) may be a pipe");
        try
        {
            using var file = FileBytes.OpenFile(path);
            return SHA256.HashData(file);
        }
        catch (Exception error) when (Disk.IsToBlame(error))
        {
            throw new InvalidInputException(InputKind.Data, $"{path}: cannot be read: {Disk.Reason(error)}", error);
        }
    }
}

/// <summary>Which texts a file has.</summary>
/// <param name="Count">How many, empty ones included.</param>
/// <param name="Sha256">Of the file's bytes.</param>
public sealed record TextsIdentity(long Count, string Sha256);
