using System.Text;
using System.Text.Json;
using TextVae.Storage;

namespace TextVae.Tables.Vectors;

/// <summary>
/// A JSON object on each line: <c>text</c>, <c>mean</c>, <c>standard_deviation</c>, <c>unknown</c>; for a text that does not
/// fit the model <c>fault</c> in place of the vectors.
/// </summary>
public sealed class JsonLinesFormat : IExportFormat
{
    /// <inheritdoc/>
    public void Write(string path, IEnumerable<EncodedText> texts) => AtomicFile.Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
        Write(writer, texts);
    }, InputKind.Data);

    /// <summary>Writes the lines anywhere, such as to the standard output.</summary>
    public static void Write(TextWriter writer, IEnumerable<EncodedText> texts)
    {
        foreach (var text in texts)
        {
            writer.WriteLine(JsonSerializer.Serialize(new
            {
                text.Text,
                Mean = text.Fits ? text.Mean : null,
                StandardDeviation = text.Fits ? text.StandardDeviation : null,
                text.Unknown,
                text.Fault,
            }, Json.Report));
        }
    }
}
