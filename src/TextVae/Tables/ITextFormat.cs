using TextVae.Texts;

namespace TextVae.Tables;

/// <summary>How the bytes of a file hold texts. Formats read streams once from the beginning, in constant memory.</summary>
internal interface ITextFormat
{
    /// <summary>Its name in hashes: the same bytes in another format are other texts.</summary>
    string Kind { get; }

    /// <summary>Whether the texts are in one of several columns or fields.</summary>
    bool HasColumns => true;

    /// <summary>Whether its bytes are text, which may be in other encodings.</summary>
    bool IsText => true;

    /// <summary>The texts.</summary>
    /// <param name="open">Opens the bytes; the stream is closed at the end.</param>
    /// <param name="name">The file's name for errors.</param>
    /// <param name="column">The column that has the texts; null where there is no choice.</param>
    /// <param name="marks">Whether what is no UTF-8 becomes <see cref="Mending.Mark"/>, in place of being refused.</param>
    /// <exception cref="InvalidInputException">While reading: the bytes are not of this format, or there is no such column.</exception>
    IEnumerable<string> Texts(Func<Stream> open, string name, string? column, bool marks);

    /// <summary>The same as running text in pieces: texts that each end with LF.</summary>
    IEnumerable<string> Blocks(Func<Stream> open, string name, string? column, bool marks) => Texts(open, name, column, marks).Select(text => text + "\n");

    /// <summary>Which column has the texts, of which, in words; null where there are no columns, and nothing looks like some. Reads the beginning.</summary>
    /// <exception cref="InvalidInputException">As <see cref="Texts"/>.</exception>
    string? Choice(Func<Stream> open, string name, string? column) => null;
}

/// <summary>What a cell of a table says.</summary>
internal static class Cells
{
    /// <summary>A cell's text: without line ends around it, as a line has none; those within stay.</summary>
    public static string AsCell(this string cell) => cell.Trim('\n', '\r');
}

/// <summary>Which column of a file has the texts.</summary>
internal static class Columns
{
    public const string Property = "column"; // what errors call the choice

    public const string Usual = "text"; // what the column of texts is called, where nobody says it
    private const int Listed = 20;

    /// <summary>The column that is asked for; else the only one of strings; else the one called <c>text</c>. Capitals matter where they make a difference.</summary>
    /// <param name="place">The file, and where in it, for errors.</param>
    /// <param name="asked">The name that is asked for, if any.</param>
    /// <param name="all">The columns that there are.</param>
    /// <param name="strings">Those of them that hold strings.</param>
    /// <exception cref="InvalidInputException">There is no such column, or several could be it.</exception>
    public static string Choose(string place, string? asked, IReadOnlyList<string> all, IReadOnlyList<string> strings)
    {
        var name = asked ?? (strings.Count == 1 ? strings[0] : Usual);
        string[] found = [.. all.Where(column => column == name)];
        if (found.Length == 0)
        {
            found = [.. all.Where(column => string.Equals(column, name, StringComparison.OrdinalIgnoreCase))];
        }
        if (found.Length == 1)
        {
            return found[0];
        }
        throw new InvalidInputException(InputKind.Data, $"{place}: found columns {List(all)}, expected {(found.Length > 1 ? "just one" : "one")} called '{Shortened.Of(name)}'{(asked is null ? ", or a choice of one" : "")}") { Property = Property };
    }

    /// <summary>A choice in words.</summary>
    public static string Described(string chosen, IReadOnlyList<string> all) =>
        $"'{Shortened.Of(chosen)}'{(all.Count > 1 ? $" of {List(all)}" : ", the only one")}";

    private static string List(IReadOnlyList<string> all) => all.Count == 0
        ? "none"
        : string.Join(", ", all.Take(Listed).Select(name => Shortened.Of(name, 32))) + (all.Count > Listed ? $" and {all.Count - Listed} more" : "");
}
