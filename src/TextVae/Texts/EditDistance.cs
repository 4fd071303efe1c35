using Quickenshtein;

namespace TextVae.Texts;

/// <summary>
/// The normalised edit distance of two texts (Levenshtein 1966): the fewest characters to insert, delete or replace,
/// divided by the length of the longer text. 0: the same text; 1: nothing in common.
/// </summary>
/// <remarks>
/// Characters are UTF-16 code units: most characters of most languages are one, others, such as emoji, are two.
/// </remarks>
public static class EditDistance
{
    /// <summary>The distance, from 0 to 1.</summary>
    public static double Normalized(string one, string other) =>
        one == other ? 0 : (double)Levenshtein.GetDistance(one, other) / int.Max(one.Length, other.Length);

    /// <summary>That of some texts which is nearest to another one; null where none is within a distance.</summary>
    /// <param name="text">The other one.</param>
    /// <param name="among">The texts.</param>
    /// <param name="most">The distance, from 0 to 1.</param>
    public static string? Nearest(string text, IEnumerable<string> among, double most) =>
        among.Select(known => (Text: known, Distance: Normalized(text, known))).Where(known => known.Distance <= most).OrderBy(known => known.Distance).Select(known => known.Text).FirstOrDefault();

    /// <summary>The most edits within a distance between two texts of which the longer has this length.</summary>
    internal static int MostEdits(double distance, int length)
    {
        var edits = (int)Math.Round(distance * length); // as a product, 0.29 of 100 is less than 29
        return (double)edits / length > distance ? edits - 1 : edits;
    }

    /// <summary>Whether two texts are at most so many edits apart.</summary>
    internal static bool IsWithin(int edits, string one, string other) =>
        Math.Abs(one.Length - other.Length) <= edits && Levenshtein.GetDistance(one, other) <= edits;
}
