namespace TextVae.Tables;

/// <summary>Which column of a file has the texts.</summary>
internal static class Columns
{
    private const string Usual = "text";
    private const int Listed = 20;
    private const int LongestName = 32;

    /// <summary>The column that is asked for; else the only one of strings; else the one called <c>text</c>.</summary>
    /// <param name="place">The file, and where in it, for errors.</param>
    /// <param name="asked">The name that is asked for, if any.</param>
    /// <param name="all">The columns that there are.</param>
    /// <param name="strings">Those of them that hold strings.</param>
    /// <param name="option">How a user asks for one.</param>
    /// <exception cref="InvalidInputException">There is no such column, or several could be it.</exception>
    public static string Choose(string place, string? asked, IReadOnlyList<string> all, IReadOnlyList<string> strings, string option = "--column NAME")
    {
        var name = asked ?? (strings.Count == 1 ? strings[0] : Usual);
        if (all.Contains(name))
        {
            return name;
        }
        var list = all.Count == 0 ? "none" : string.Join(", ", all.Take(Listed).Select(name => Shortened.Of(name, LongestName))) + (all.Count > Listed ? $" and {all.Count - Listed} more" : "");
        throw new InvalidInputException(InputKind.Data, $"{place}: found columns {list}, expected one called '{Shortened.Of(name)}'{(asked is null ? " or" : ";")} {option} says which has the texts");
    }
}
