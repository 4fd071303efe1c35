using System.Text.Json.Serialization.Metadata;

namespace TextVae.Tables;

/// <summary>What files of a kind can hold, and how; null what they cannot.</summary>
/// <param name="Extension">What their names end with.</param>
/// <param name="Texts">How texts are read.</param>
/// <param name="Rows">Begins a table of such columns in a stream.</param>
/// <param name="Vectors">How vectors of texts are written and read.</param>
/// <param name="Join">Writes one file from several, whose rows follow each other.</param>
internal sealed record FileFormat(
    string Extension, ITextFormat? Texts = null, Func<Stream, IReadOnlyList<JsonPropertyInfo>, IRowWriter>? Rows = null, IVectorFormat? Vectors = null, Action<FileStream, IReadOnlyList<string>>? Join = null);

/// <summary>Writes a table into a stream, row by row in constant memory; disposing writes what is still to be written, and leaves the stream open.</summary>
internal interface IRowWriter : IDisposable
{
    /// <param name="row">An object that has the columns as properties.</param>
    void Write(object row);
}

/// <summary>A kind of file for vectors of texts. Written and read as a stream, in constant memory.</summary>
internal interface IVectorFormat
{
    /// <summary>What becomes of a text without a vector, for people.</summary>
    string FateOfMisfits => "written without vectors";

    /// <summary>The extension of the second file, beside the one that is named; null where there is none.</summary>
    string? SecondExtension => null;

    /// <summary>Writes the texts and their posteriors; the file is there when it is whole.</summary>
    /// <param name="path">The file; a second one, if the format has one, is named after it.</param>
    /// <param name="texts">As many as there are.</param>
    /// <param name="latent">The size of their vectors.</param>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    void Write(string path, IEnumerable<EncodedText> texts, int latent);

    /// <summary>Reads the vectors.</summary>
    /// <param name="open">Opens the bytes; the stream is closed at the end.</param>
    /// <param name="name">The file's name for errors.</param>
    /// <exception cref="InvalidInputException">While reading: the bytes are not of this format.</exception>
    IEnumerable<VectorRow> Read(Func<Stream> open, string name);
}
