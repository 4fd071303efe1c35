using F23.StringSimilarity;

namespace TextVae.Texts;

/// <summary>
/// The normalised edit distance of two texts (Levenshtein 1966): the fewest characters to insert, delete or replace,
/// divided by the length of the longer text. 0: the same text; 1: nothing in common.
/// </summary>
public static class EditDistance
{
    private static readonly Levenshtein Edits = new();
    private static readonly NormalizedLevenshtein Shares = new();

    /// <summary>The distance, from 0 to 1.</summary>
    public static double Normalized(string one, string other) => Shares.Distance(one, other);

    /// <summary>Whether the distance is at most so much; quicker than measuring it.</summary>
    public static bool IsWithin(double distance, string one, string other)
    {
        var allowed = Allowed(distance, int.Max(one.Length, other.Length));
        return Math.Abs(one.Length - other.Length) <= allowed && Edits.Distance(one, other, allowed + 1) <= allowed;
    }

    /// <summary>The most edits of a text of some length that are within a distance.</summary>
    internal static int Allowed(double distance, int length) => (int)Math.Floor(distance * length + 1e-9); // 0.29 * 100 is 28.999…
}
