using System.Text;
using System.Text.Json.Serialization.Metadata;

namespace TextVae.Tables;

/// <summary>UTF-8 text, in which each line is a text.</summary>
internal sealed class PlainText : ITextFormat
{
    /// <summary>A longer line is no short text, and may be no text at all.</summary>
    public const int MaximumLine = 1 << 24;

    public static ITextFormat Format { get; } = new PlainText();

    public string Kind => "text";

    public bool HasColumns => false;

    public IEnumerable<string> Texts(Func<Stream> open, string name, string? column, bool marks)
    {
        RefuseColumn(name, column);
        return Lines(open, name, "one short text a line; data.texts=windows reads running text", marks);
    }

    public IEnumerable<string> Blocks(Func<Stream> open, string name, string? column, bool marks)
    {
        RefuseColumn(name, column);
        return Utf8Text.Blocks(open, name, marks);
    }

    /// <summary>Lines have no columns, but may look as if they had.</summary>
    public string? Choice(Func<Stream> open, string name, string? column) => TabSeparated.Tabs(Utf8Text.Blocks(open, name, marks: true).FirstOrDefault("")) is > 0 and var tabs
        ? FormattableString.Invariant($"each of the first lines has {tabs} {(tabs == 1 ? "tab" : "tabs")} and is read as one text; where these part columns, expected a name that ends with .tsv")
        : null;

    /// <summary>Lines without their ends.</summary>
    /// <param name="open">Opens the bytes.</param>
    /// <param name="name">The file's name for errors.</param>
    /// <param name="expected">What a line should be, for the error that one is too long.</param>
    /// <param name="marks">As in <see cref="Utf8Text.Blocks"/>.</param>
    public static IEnumerable<string> Lines(Func<Stream> open, string name, string expected, bool marks = false)
    {
        var number = 1L;
        var line = new StringBuilder(); // the beginning of a line that the next block continues
        foreach (var block in Utf8Text.Blocks(open, name, marks))
        {
            var start = 0;
            for (var end = block.IndexOf('\n'); end >= 0; end = block.IndexOf('\n', start))
            {
                yield return line.Length == 0 ? block[start..end] : line.Append(block.AsSpan(start..end)).ToString();
                line.Clear();
                number++;
                start = end + 1;
            }
            line.Append(block.AsSpan(start));
            if (line.Length > MaximumLine)
            {
                throw new InvalidInputException(InputKind.Data, $"{name}: line {number}: found more than {MaximumLine:N0} characters, expected {expected}");
            }
        }
        if (line.Length > 0)
        {
            yield return line.ToString();
        }
    }

    /// <exception cref="InvalidInputException">There is a column: lines have none.</exception>
    public static void RefuseColumn(string name, string? column)
    {
        if (column is not null)
        {
            throw new InvalidInputException(InputKind.Data, $"{name}: found lines of text, expected a file with a column '{column}' (its name must end with .csv, .tsv, .jsonl or .parquet)");
        }
    }
}

/// <summary>Writes the first column of strings only, each text on a line of its own, where a line break shows as a symbol.</summary>
internal sealed class PlainTextRows(Stream stream, IReadOnlyList<JsonPropertyInfo> columns) : IRowWriter
{
    private readonly StreamWriter _writer = Utf8Text.Writer(stream);
    private readonly Func<object, object?> _text = columns.First(column => column.PropertyType == typeof(string)).Get!;

    public void Write(object row) => _writer.WriteLine(((string)_text(row)!).ReplaceLineEndings("⏎"));

    public void Dispose() => _writer.Dispose();
}
