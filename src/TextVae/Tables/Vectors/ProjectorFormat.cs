using System.Globalization;
using System.Text;
using TextVae.Storage;

namespace TextVae.Tables.Vectors;

/// <summary>
/// The pair of files that TensorFlow's Embedding Projector loads: <c>x.tsv</c> with the means and <c>x.metadata.tsv</c> with
/// the texts, a line for each text. The Projector knows no missing values: a text that does not fit the model is in neither.
/// </summary>
public sealed class ProjectorFormat : IExportFormat
{
    private const string Empty = "(empty)"; // the Projector skips blank lines, and would move all labels after one

    /// <inheritdoc/>
    public void Write(string path, IEnumerable<EncodedText> texts) =>
        AtomicFile.Write(path, vectors => AtomicFile.Write(Path.ChangeExtension(path, ".metadata.tsv"), labels => Write(vectors, labels, texts), InputKind.Data), InputKind.Data);

    private static void Write(FileStream vectors, FileStream labels, IEnumerable<EncodedText> texts)
    {
        using var vectorWriter = Writer(vectors);
        using var labelWriter = Writer(labels);
        foreach (var text in texts.Where(text => text.Fits))
        {
            vectorWriter.WriteLine(string.Join('\t', text.Mean.Select(number => number.ToString(CultureInfo.InvariantCulture))));
            labelWriter.WriteLine(string.IsNullOrWhiteSpace(text.Text) ? Empty : text.Text.ReplaceLineEndings(" ").Replace('\t', ' '));
        }
    }

    private static StreamWriter Writer(FileStream file) =>
        new(file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
}
