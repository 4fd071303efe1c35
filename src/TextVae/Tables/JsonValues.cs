using System.Text;
using System.Text.Json;
using TextVae.Texts;

namespace TextVae.Tables;

/// <summary>JSON of texts: an array, or values one after the other, as in JSON Lines. Each is a string, or an object of which one field has the text.</summary>
internal sealed class JsonValues : ITextFormat
{
    private const string Unit = "item";
    private const string Carrier = "\uffff"; // what stands for marks, which no JSON may hold

    public static ITextFormat Format { get; } = new JsonValues();

    public string Kind => "json";

    public IEnumerable<string> Texts(Func<Stream> open, string name, string? column, bool marks)
    {
        var number = 0L;
        foreach (var value in Values(open, name, marks))
        {
            number++;
            if (JsonFault.Duplicate(value) is { } twice)
            {
                throw JsonLines.Refused(name, number, $"'{Shortened.Of(twice)}' twice, expected each field once", unit: Unit);
            }
            column ??= value.ValueKind == JsonValueKind.Object ? Field(value, name, number) : null;
            var text = Text(value, column, name, number);
            yield return (marks ? text.Replace(Carrier, Mending.Mark.ToString(), StringComparison.Ordinal) : text).AsCell();
        }
    }

    public string? Choice(Func<Stream> open, string name, string? column)
    {
        var first = Values(open, name, marks: true).FirstOrDefault();
        return first.ValueKind == JsonValueKind.Object ? Columns.Described(column ?? Field(first, name, 1), JsonLines.Names(first)) : null;
    }

    private static string Field(JsonElement first, string name, long number) =>
        Columns.Choose($"{name}: {Unit} {number}", null, JsonLines.Names(first), JsonLines.Names(first, JsonValueKind.String));

    private static string Text(JsonElement value, string? column, string name, long number) => value.ValueKind switch
    {
        JsonValueKind.Object => JsonLines.Text(value, column!, name, number, Unit),
        JsonValueKind.String when column is null => JsonLines.Unescaped(value, name, number, Unit),
        JsonValueKind.Null => "",
        _ => throw JsonLines.Refused(name, number, $"{JsonLines.Word(value)}, expected {(column is null ? "a string or an object" : $"an object with '{Shortened.Of(column)}'")}", unit: Unit),
    };

    private static IEnumerable<JsonElement> Values(Func<Stream> open, string name, bool marks)
    {
        using var bytes = new BlockBytes(Utf8Text.Blocks(open, name, marks).Select(block => marks ? Mending.Replace(block, Carrier) : block));
        using var values = JsonSerializer.DeserializeAsyncEnumerable<JsonElement>(bytes, topLevelValues: !bytes.BeginsWith('[')).ToBlockingEnumerable().GetEnumerator();
        while (Next(values, name))
        {
            yield return values.Current;
        }
    }

    private static bool Next(IEnumerator<JsonElement> values, string name)
    {
        try
        {
            return values.MoveNext();
        }
        catch (JsonException e)
        {
            throw JsonLines.Refused(name, e.LineNumber + 1 ?? 1, "no JSON, expected an array of strings or objects, or these one after the other", e);
        }
    }

    /// <summary>Text in pieces as the bytes of its UTF-8.</summary>
    private sealed class BlockBytes(IEnumerable<string> blocks) : ForwardStream
    {
        private readonly IEnumerator<string> _blocks = blocks.GetEnumerator();
        private ReadOnlyMemory<byte> _rest;

        /// <summary>Whether the first character that is no space is this one.</summary>
        public bool BeginsWith(char character)
        {
            while (_blocks.MoveNext())
            {
                if (_blocks.Current.AsSpan().TrimStart() is { IsEmpty: false } text)
                {
                    _rest = Encoding.UTF8.GetBytes(_blocks.Current);
                    return text[0] == character;
                }
            }
            return false;
        }

        public override int Read(Span<byte> buffer)
        {
            while (_rest.IsEmpty)
            {
                if (!_blocks.MoveNext())
                {
                    return 0;
                }
                _rest = Encoding.UTF8.GetBytes(_blocks.Current);
            }
            var count = Math.Min(buffer.Length, _rest.Length);
            _rest.Span[..count].CopyTo(buffer);
            _rest = _rest[count..];
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
}
