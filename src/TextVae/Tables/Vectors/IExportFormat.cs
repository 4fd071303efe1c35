namespace TextVae.Tables.Vectors;

/// <summary>A kind of file for texts and their posteriors (docs/formats.md).</summary>
public interface IExportFormat
{
    /// <summary>Writes the texts as they come, in constant memory; the file is there when it is whole.</summary>
    /// <param name="path">The file; a second one, if the format has one, is named after it.</param>
    /// <param name="texts">As many as there are.</param>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    void Write(string path, IEnumerable<EncodedText> texts);
}
