namespace TextVae.Tests.Texts;

/// <summary>The edit distance as the textbook computes it.</summary>
internal static class PlainLevenshtein
{
    /// <summary>The fewest UTF-16 units to insert, delete or replace.</summary>
    public static int Of(string one, string other)
    {
        int[] above = [.. Enumerable.Range(0, other.Length + 1)];
        foreach (var (row, unit) in one.Index())
        {
            int[] current = [row + 1, .. other.Select(_ => 0)];
            foreach (var (column, opposite) in other.Index())
            {
                var replaced = above[column] + (unit == opposite ? 0 : 1);
                current[column + 1] = int.Min(replaced, 1 + int.Min(above[column + 1], current[column]));
            }
            above = current;
        }
        return above[^1];
    }
}
