using System.Text.Json;
using TextVae.Storage;

namespace TextVae.Tables;

/// <summary>
/// An object on each line: <c>text</c>, <c>mean</c>, <c>standard_deviation</c>, <c>unknown</c>; for a text that does not
/// fit the model <c>fault</c> in place of the vectors. Read are <c>mean</c> and, where there is one, <c>text</c>.
/// </summary>
internal sealed class JsonLinesVectors : IVectorFormat
{
    private const string Text = "text";
    private const string Mean = "mean";
    private const string Fault = "fault";

    public void Write(string path, IEnumerable<EncodedText> texts, int latent) => AtomicFile.Write(path, stream =>
    {
        using var writer = Utf8Text.Writer(stream);
        foreach (var text in texts)
        {
            writer.WriteLine(Line(text));
        }
    }, InputKind.Data);

    /// <summary>The object of a text, without the line's end.</summary>
    public static string Line(EncodedText text) => JsonSerializer.Serialize(new
    {
        text.Text,
        Mean = text.Fits ? text.Mean : null,
        StandardDeviation = text.Fits ? text.StandardDeviation : null,
        text.Unknown,
        text.Fault,
    }, ReportJson.Options);

    public IEnumerable<VectorRow> Read(Func<Stream> open, string name)
    {
        var rows = new VectorRows(name, "line");
        foreach (var (line, fields) in JsonLines.Objects(open, name))
        {
            var text = fields.TryGetProperty(Text, out _) ? JsonLines.Text(fields, Text, name, line) : null;
            yield return rows.Next(line, Vector(fields, name, line), text);
        }
    }

    private static float[]? Vector(JsonElement fields, string name, long line)
    {
        if (!fields.TryGetProperty(Mean, out var mean))
        {
            return fields.TryGetProperty(Fault, out _) ? null
                : throw JsonLines.Refused(name, line, $"fields {string.Join(", ", JsonLines.Names(fields).Take(20))}, expected '{Mean}' or '{Fault}'");
        }
        return mean.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.Array => [.. mean.EnumerateArray().Select(value => Number(value, name, line))],
            _ => throw JsonLines.Refused(name, line, $"{JsonLines.Word(mean)} in '{Mean}', expected an array of numbers"),
        };
    }

    private static float Number(JsonElement value, string name, long line) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetSingle(), // infinite where it is too large
        JsonValueKind.String when value.ValueEquals("NaN") => float.NaN, // as ReportJson writes it
        _ => throw JsonLines.Refused(name, line, $"{JsonLines.Word(value)} in '{Mean}', expected numbers"),
    };
}
