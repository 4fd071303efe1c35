namespace TextVae.Tables;

/// <summary>What stands between the cells of a CSV file: spreadsheets of many countries write semicolons in place of commas.</summary>
internal static class Delimiter
{
    private const int Rows = 20;

    private static readonly char[] Known = [',', ';', '|', '\t'];

    /// <summary>The one that the first row has and the next ones have as often; commas where they have them, or nothing speaks for another.</summary>
    /// <param name="beginning">The beginning of the file; its last row may be cut.</param>
    public static char Of(ReadOnlySpan<char> beginning)
    {
        var rows = Count(beginning);
        return Known.Select((delimiter, index) => (Delimiter: delimiter, Counts: rows.Select(row => row[index]).ToArray()))
            .Where(known => known.Counts.Length > 0 && known.Counts[0] > 0 && known.Counts.Distinct().Count() == 1)
            .OrderByDescending(known => known.Delimiter == ',').ThenByDescending(known => known.Counts[0])
            .Select(known => known.Delimiter).FirstOrDefault(',');
    }

    /// <summary>How often each row has each of them outside quotes, blank rows aside.</summary>
    private static List<int[]> Count(ReadOnlySpan<char> text)
    {
        var rows = new List<int[]>();
        var (row, isQuoted, isBlank) = (new int[Known.Length], false, true);
        foreach (var character in text)
        {
            if (character == '\n' && !isQuoted)
            {
                if (!isBlank)
                {
                    rows.Add(row);
                }
                if (rows.Count == Rows)
                {
                    return rows;
                }
                (row, isBlank) = (new int[Known.Length], true);
                continue;
            }
            isBlank &= char.IsWhiteSpace(character);
            isQuoted ^= character == '"';
            if (!isQuoted && Array.IndexOf(Known, character) is >= 0 and var index)
            {
                row[index]++;
            }
        }
        if (rows.Count == 0)
        {
            rows.Add(row);
        }
        return rows;
    }
}
