using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace TextVae.Tokenizers;

/// <summary>How often each piece of texts occurs.</summary>
internal static class PieceCounts
{
    /// <summary>The pieces, in the order in which they first appear.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="pattern">What a piece is.</param>
    public static IReadOnlyList<(string Piece, long Count)> Of(IEnumerable<string> texts, Regex pattern)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        var bySpan = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        var order = new List<string>();
        foreach (var text in texts)
        {
            foreach (var piece in pattern.EnumerateMatches(text))
            {
                ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(bySpan, text.AsSpan(piece.Index, piece.Length), out var known);
                count++;
                if (!known)
                {
                    order.Add(text.Substring(piece.Index, piece.Length));
                }
            }
        }
        return [.. order.Select(piece => (piece, counts[piece]))];
    }
}
