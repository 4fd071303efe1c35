namespace TextVae.Tables;

/// <summary>Whether lines of text are the rows of a table, of which the file's name says nothing.</summary>
internal static class TabSeparated
{
    private const int Rows = 20;

    /// <summary>How many tabs each of the first lines has; 0 where they differ, or there is one line.</summary>
    /// <param name="beginning">The beginning of the file; its last line may be cut.</param>
    public static int Tabs(string beginning)
    {
        var lines = beginning.Split('\n');
        var counts = lines[..^1].Where(line => line.Trim('\r').Length > 0).Take(Rows).Select(line => line.Count(character => character == '\t')).ToList();
        return counts.Count > 1 && counts.Distinct().Count() == 1 ? counts[0] : 0;
    }

    /// <summary>Whether the first line names a column of texts.</summary>
    public static bool NamesTexts(string beginning) =>
        beginning.Split('\n')[0].Trim('\r').Split('\t').Contains(Columns.Usual, StringComparer.OrdinalIgnoreCase);
}
