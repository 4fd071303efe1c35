using TextVae.Tables;

namespace TextVae;

/// <summary>A vector that a file holds. Compared by its values.</summary>
/// <param name="Index">Which row, from 0.</param>
/// <param name="Vector">Finite numbers, as many in every row; null where the file has none, as of a text that did not fit the model.</param>
/// <param name="Text">The text beside it; null where the file has none.</param>
public sealed record VectorRow(long Index, float[]? Vector, string? Text)
{
    /// <inheritdoc/>
    public bool Equals(VectorRow? other) => other is not null && (Index, Text) == (other.Index, other.Text) && Vector.HasSameValues(other.Vector);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Index, Text, Vector.HashOfValues());
}

/// <summary>Files of texts' vectors, whose extension says the format (docs/formats.md). Written and read in constant memory.</summary>
public static class VectorFile
{
    /// <summary>The extensions, for people.</summary>
    public static string Extensions => FileFormats.Extensions(format => format.Vectors);

    /// <summary>Refuses a name of no known format, before there is anything to write.</summary>
    /// <exception cref="InvalidInputException">It is one.</exception>
    public static void Check(string path) => Of(path);

    /// <summary>What becomes of texts that do not fit the model, for people: such as <c>left out</c>.</summary>
    /// <exception cref="InvalidInputException">The format is not known.</exception>
    public static string FateOfMisfits(string path) => Of(path).FateOfMisfits;

    /// <summary>Writes texts with their posteriors; the file is there when it is whole, as is a second one where the format has one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="texts">As many as there are, read once.</param>
    /// <param name="latent">The size of their vectors, which the file of no texts has, too.</param>
    /// <exception cref="InvalidInputException">The format is not known, or the file cannot be written.</exception>
    public static void Write(string path, IEnumerable<EncodedText> texts, int latent) => Of(path).Write(path, texts.Select(text =>
        text.Mean.Length == latent && text.StandardDeviation.Length == latent ? text
            : throw new ArgumentException($"a text's vectors have the sizes {text.Mean.Length} and {text.StandardDeviation.Length}, expected {latent}", nameof(texts))), latent);

    /// <summary>Writes them as JSON Lines anywhere, such as to the standard output.</summary>
    public static void Write(TextWriter writer, IEnumerable<EncodedText> texts)
    {
        foreach (var text in texts)
        {
            writer.WriteLine(JsonLinesVectors.Line(text));
        }
    }

    /// <summary>Reads vectors: a file that <see cref="Write(string, IEnumerable{EncodedText}, int)"/> wrote, or another program.</summary>
    /// <param name="path">The file; JSON Lines and TSV may be compressed.</param>
    /// <exception cref="InvalidInputException">The format is not known. While reading: the file is missing or malformed, or has vectors of several sizes.</exception>
    public static IEnumerable<VectorRow> Read(string path)
    {
        var bytes = FileBytes.Of(path);
        return FileFormats.Require(bytes.Name, format => format.Vectors).Read(bytes.Open, path);
    }

    private static IVectorFormat Of(string path) => FileFormats.Require(path, format => format.Vectors);
}
