using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using CsvHelper;
using TextVae.Texts;

namespace TextVae.Tables;

/// <summary>
/// Tables of text. CSV as in RFC 4180: commas, or what a file has in their place, and quotes around fields that need them. TSV as IANA registers it: tabs,
/// and quotes are characters like any other. The first row names the columns, unless the column is a number.
/// </summary>
internal sealed class DelimitedText : ITextFormat
{
    private const int MostWords = 6; // of a column's name, where nobody says that it is one

    private readonly char? _separator;
    private readonly CsvMode _mode;

    private DelimitedText(string kind, char? separator, CsvMode mode) => (Kind, _separator, _mode) = (kind, separator, mode);

    public static DelimitedText Csv { get; } = new("csv", separator: null, CsvMode.Rfc4180);

    public static DelimitedText Tsv { get; } = new("tsv", '\t', CsvMode.NoEscape);

    public string Kind { get; }

    public IEnumerable<string> Texts(Func<Stream> open, string name, string? column, bool marks)
    {
        using var reader = Reader(open, name, marks);
        if (!Next(reader, name))
        {
            yield break;
        }
        var first = reader.Current.ToArray();
        var (index, hasHeader) = Choose(first, name, column);
        if (!hasHeader)
        {
            yield return Cell(first[index]);
        }
        while (Next(reader, name))
        {
            var text = reader.GetString(index);
            if (hasHeader && first.Length > 1 && text == first[index] && reader.Current.ToArray().SequenceEqual(first))
            {
                throw new InvalidInputException(InputKind.Data, $"{name}: found the names of the columns, {string.Join(", ", first.Select(cell => Shortened.Of(cell)))}, a second time; expected them in line 1 alone");
            }
            yield return Cell(text);
        }

        string Cell(string text) => (marks ? Restored(text) : text).AsCell();
    }

    public string? Choice(Func<Stream> open, string name, string? column)
    {
        using var reader = Reader(open, name, marks: true);
        if (!Next(reader, name))
        {
            return null;
        }
        var first = reader.Current.ToArray();
        var (index, hasHeader) = Choose(first, name, column);
        return hasHeader ? Columns.Described(first[index], first) : $"number {index + 1} of {first.Length}, in a file without their names";
    }

    private CsvReader Reader(Func<Stream> open, string name, bool marks)
    {
        var blocks = Utf8Text.Blocks(open, name, marks).Select(block => marks ? Carried(block) : block).GetEnumerator();
        var beginning = blocks.MoveNext() ? blocks.Current : "";
        return CsvReader.Create(new BlockReader(beginning, blocks), new CsvReaderOptions
        {
            Separator = _separator ?? Delimiter.Of(beginning),
            Mode = _mode,
            HasHeader = false, // read here, where it may be none
            MalformedData = CsvMalformedDataHandling.Throw,
            FieldCountMismatch = CsvFieldCountHandling.Throw,
            MaxRecordSize = PlainText.MaximumLine, // a quote that is never closed must not take the whole file
            TrackLineNumbers = true,
        });
    }

    /// <summary>The column with the texts, and whether the first row names the columns: a number that is no name counts the columns of a file without names.</summary>
    private (int Index, bool HasHeader) Choose(string[] first, string name, string? column) =>
        int.TryParse(column, NumberStyles.None, CultureInfo.InvariantCulture, out var position) && !first.Contains(column)
            ? (Numbered(first, name, position), false)
            : (Named(first, name, column), true);

    // The reader takes marks for faults, so each goes through it as two noncharacters; the first of those, as itself and the other.
    private static string Carried(string block) => Mending.Replace(block.Replace("\uffff", "\uffff\ufffe", StringComparison.Ordinal), "\uffff\uffff");

    private static string Restored(string cell) => cell.Contains('\uffff', StringComparison.Ordinal)
        ? cell.Replace("\uffff\uffff", Mending.Mark.ToString(), StringComparison.Ordinal).Replace("\uffff\ufffe", "\uffff", StringComparison.Ordinal)
        : cell;

    private int Named(string[] header, string name, string? column)
    {
        if (header is [var only] && column is null && only.AsSpan().ContainsAny(";\t"))
        {
            throw new InvalidInputException(InputKind.Data, $"{name}: line 1: found '{only}', expected names of columns with {(this == Csv ? "commas" : "tabs")} between them");
        }
        if (header is [var sentence] && column is null && sentence.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length > MostWords)
        {
            throw new InvalidInputException(InputKind.Data, $"{name}: line 1: found '{Shortened.Of(sentence)}', which looks like a text; expected a column's name, or column 1 of a file without names") { Property = Columns.Property };
        }
        return Array.IndexOf(header, Columns.Choose($"{name}: line 1", column, header, header));
    }

    private static int Numbered(string[] first, string name, int position) => position >= 1 && position <= first.Length
        ? position - 1
        : throw new InvalidInputException(InputKind.Data, $"{name}: found {first.Length} columns, expected one numbered {position}") { Property = Columns.Property };

    private static bool Next(CsvReader reader, string name)
    {
        try
        {
            return reader.Read();
        }
        catch (CsvFormatException e)
        {
            // Its offsets count other bytes than the file's, as line ends came as LF.
            var what = e.Message.Split(" (byte offset")[0].TrimEnd('.');
            throw new InvalidInputException(InputKind.Data, $"{name}: line {e.LineNumber}: found a malformed row, expected as many fields as in line 1, quoted where they need it ({what})", e);
        }
    }
}

/// <summary>Writes CSV as RFC 4180 has it: a line of names, lines that end in CRLF, quotes where they are needed.</summary>
internal sealed class CsvRows : IRowWriter
{
    private readonly CsvWriter _writer;
    private readonly IReadOnlyList<JsonPropertyInfo> _columns;

    public CsvRows(Stream stream, IReadOnlyList<JsonPropertyInfo> columns)
    {
        (_writer, _columns) = (CsvWriter.Create(stream, leaveOpen: true), columns);
        _writer.WriteHeader([.. columns.Select(column => column.Name)]);
    }

    public void Write(object row)
    {
        foreach (var column in _columns)
        {
            _writer.WriteField(column.Get!(row));
        }
        _writer.EndRecord();
    }

    public void Dispose() => _writer.Dispose();
}

/// <summary>Text in pieces as a reader.</summary>
/// <param name="first">The first piece.</param>
/// <param name="rest">The others.</param>
internal sealed class BlockReader(string first, IEnumerator<string> rest) : TextReader
{
    private readonly IEnumerator<string> _blocks = rest;
    private string _block = first;
    private int _position;

    public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

    public override int Read(Span<char> buffer)
    {
        while (_position == _block.Length)
        {
            if (!_blocks.MoveNext())
            {
                return 0;
            }
            (_block, _position) = (_blocks.Current, 0);
        }
        var count = Math.Min(buffer.Length, _block.Length - _position);
        _block.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _blocks.Dispose();
        }
        base.Dispose(disposing);
    }
}
