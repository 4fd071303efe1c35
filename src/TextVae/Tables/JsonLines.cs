using System.Text.Json;
using TextVae.Texts;

namespace TextVae.Tables;

/// <summary>JSON Lines: an object a line, of which one field has the text; the first one says which where nobody does.</summary>
internal sealed class JsonLines : ITextFormat
{
    private const string Expected = "one JSON object a line";

    public static ITextFormat Format { get; } = new JsonLines();

    public string Kind => "jsonl";

    public IEnumerable<string> Texts(Func<Stream> open, string name, string? column, bool marks)
    {
        foreach (var (number, fields, isMarked) in Read(open, name, marks))
        {
            column ??= Columns.Choose($"{name}: line {number}", null, Names(fields), Names(fields, JsonValueKind.String));
            var text = Text(fields, column, name, number);
            yield return (isMarked ? text.Replace(Mending.Replacement, Mending.Mark.ToString(), StringComparison.Ordinal) : text).AsCell();
        }
    }

    public string? Choice(Func<Stream> open, string name, string? column)
    {
        foreach (var (number, fields, _) in Read(open, name, marks: true))
        {
            return Columns.Described(column ?? Columns.Choose($"{name}: line {number}", null, Names(fields), Names(fields, JsonValueKind.String)), Names(fields));
        }
        return null;
    }

    /// <summary>The objects, each with the number of its line; it is gone when the next is read.</summary>
    public static IEnumerable<(long Line, JsonElement Fields)> Objects(Func<Stream> open, string name) =>
        Read(open, name, marks: false).Select(line => (line.Number, line.Fields));

    // No JSON may hold marks, so the objects of a marked line have U+FFFD in their place.
    private static IEnumerable<(long Number, JsonElement Fields, bool IsMarked)> Read(Func<Stream> open, string name, bool marks)
    {
        var number = 0L;
        foreach (var line in PlainText.Lines(open, name, Expected, marks))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line))
            {
                var valid = marks ? Mending.Replace(line) : line;
                using var document = Parse(valid, name, number);
                yield return (number, document.RootElement, !ReferenceEquals(valid, line));
            }
        }
    }

    /// <summary>A field that is a string, or null for an empty one.</summary>
    public static string Text(JsonElement fields, string column, string name, long number, string unit = "line")
    {
        if (!fields.TryGetProperty(column, out var value))
        {
            value = fields.GetProperty(Columns.Choose($"{name}: {unit} {number}", column, Names(fields), []));
        }
        return value.ValueKind is JsonValueKind.String or JsonValueKind.Null
            ? Unescaped(value, name, number, unit, column)
            : throw Refused(name, number, $"{Word(value)} in '{column}', expected a string", unit: unit);
    }

    /// <summary>A string's text.</summary>
    public static string Unescaped(JsonElement value, string name, long number, string unit, string? column = null)
    {
        try
        {
            return value.GetString() ?? "";
        }
        catch (InvalidOperationException e)
        {
            throw Refused(name, number, $"{UnicodeJson.HalfPair}{(column is null ? "" : $" in '{column}'")}, expected Unicode text", e, unit);
        }
    }

    /// <summary>What a value is, in words.</summary>
    public static string Word(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => "an array",
        JsonValueKind.Object => "an object",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };

    private static JsonDocument Parse(string line, string name, long number)
    {
        try
        {
            var document = JsonDocument.Parse(line);
            return document.RootElement.ValueKind != JsonValueKind.Object ? throw Refused(name, number, $"{Word(document.RootElement)}, expected an object")
                : JsonFault.Duplicate(document.RootElement) is { } twice ? throw Refused(name, number, $"'{Shortened.Of(twice)}' twice, expected each field once")
                : document;
        }
        catch (JsonException e)
        {
            throw Refused(name, number, $"no JSON at byte {e.BytePositionInLine}, expected an object", e);
        }
        catch (InvalidOperationException e)
        {
            throw Refused(name, number, $"{UnicodeJson.HalfPair} in a field's name, expected Unicode text", e);
        }
    }

    public static string[] Names(JsonElement fields, JsonValueKind? kind = null) =>
        [.. fields.EnumerateObject().Where(field => kind is null || field.Value.ValueKind == kind).Select(field => field.Name)];

    public static InvalidInputException Refused(string name, long number, string what, Exception? inner = null, string unit = "line") =>
        new(InputKind.Data, $"{name}: {unit} {number}: found {what}", inner);
}

/// <summary>Writes one object a line, as <c>--json</c> prints them.</summary>
internal sealed class JsonLinesRows(Stream stream) : IRowWriter
{
    private readonly BufferedStream _buffer = new(stream);

    public void Write(object row)
    {
        JsonSerializer.Serialize(_buffer, row, row.GetType(), ReportJson.Options);
        _buffer.WriteByte((byte)'\n');
    }

    public void Dispose() => _buffer.Flush(); // closing it would close the stream
}
