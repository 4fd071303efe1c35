namespace TextVae.Tables;

/// <summary>How the bytes of a file hold texts. Formats read streams once from the beginning, in constant memory.</summary>
internal interface ITextFormat
{
    /// <summary>Its name in hashes: the same bytes in another format are other texts.</summary>
    string Kind { get; }

    /// <summary>Whether the texts are in one of several columns or fields.</summary>
    bool HasColumns => true;

    /// <summary>The texts.</summary>
    /// <param name="open">Opens the bytes; the stream is closed at the end.</param>
    /// <param name="name">The file's name for errors.</param>
    /// <param name="column">The column that has the texts; null where there is no choice.</param>
    /// <exception cref="InvalidInputException">While reading: the bytes are not of this format, or there is no such column.</exception>
    IEnumerable<string> Texts(Func<Stream> open, string name, string? column);

    /// <summary>The same as running text in pieces: texts that each end with LF.</summary>
    IEnumerable<string> Blocks(Func<Stream> open, string name, string? column) => Texts(open, name, column).Select(text => text + "\n");
}
