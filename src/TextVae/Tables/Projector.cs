using System.Globalization;
using TextVae.Storage;

namespace TextVae.Tables;

/// <summary>
/// The pair of files that TensorFlow's Embedding Projector loads: <c>x.tsv</c> with the means and <c>x.metadata.tsv</c> with
/// the texts, a line for each text. The Projector knows no missing values: a text that does not fit the model is in neither.
/// Read is the first alone.
/// </summary>
internal sealed class Projector : IVectorFormat
{
    private const string Empty = "(empty)"; // the Projector skips blank lines, and would move all labels after one

    public string FateOfMisfits => "left out";

    public string SecondExtension => ".metadata.tsv";

    public void Write(string path, IEnumerable<EncodedText> texts, int latent) =>
        AtomicFile.Write(path, vectors => AtomicFile.Write(Path.ChangeExtension(path, SecondExtension), labels => Write(vectors, labels, texts), InputKind.Data), InputKind.Data);

    private static void Write(FileStream vectors, FileStream labels, IEnumerable<EncodedText> texts)
    {
        using var vectorWriter = Utf8Text.Writer(vectors);
        using var labelWriter = Utf8Text.Writer(labels);
        foreach (var text in texts.Where(text => text.Fits))
        {
            vectorWriter.WriteLine(string.Join('\t', text.Mean.Select(value => value.ToString(CultureInfo.InvariantCulture))));
            labelWriter.WriteLine(string.IsNullOrWhiteSpace(text.Text) ? Empty : text.Text.ReplaceLineEndings(" ").Replace('\t', ' '));
        }
    }

    public IEnumerable<VectorRow> Read(Func<Stream> open, string name)
    {
        var (rows, number) = (new VectorRows(name, "line"), 0L);
        foreach (var line in PlainText.Lines(open, name, "numbers with tabs between them"))
        {
            number++;
            yield return rows.Next(number, Array.ConvertAll(line.Split('\t'), cell => Number(cell, name, number)));
        }
    }

    private static float Number(string cell, string name, long line) => float.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
        ? value
        : throw new InvalidInputException(InputKind.Data, $"{name}: line {line}: found '{(cell.Length <= 32 ? cell : cell[..32] + "…")}', expected numbers with tabs between them and no line of names");
}
