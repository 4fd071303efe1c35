using Quickenshtein;

namespace TextVae.Texts;

/// <summary>Texts among which the nearest one is found, in edits of UTF-16 code units.</summary>
internal sealed class EditNeighbors
{
    private readonly Dictionary<int, ComparableText[]> _byLength;

    /// <param name="texts">At least one.</param>
    public EditNeighbors(IEnumerable<string> texts) =>
        _byLength = texts.Distinct().GroupBy(text => text.Length).ToDictionary(group => group.Key, group => group.Select(text => new ComparableText(text)).ToArray());

    /// <summary>The text that the fewest edits make of another.</summary>
    public string Nearest(string text)
    {
        var wanted = new ComparableText(text);
        var (nearest, edits) = ("", int.MaxValue / 8);
        foreach (var (length, others) in _byLength.OrderBy(group => Math.Abs(group.Key - text.Length)))
        {
            if (Math.Abs(length - text.Length) >= edits)
            {
                break; // so many edits the length alone takes
            }
            foreach (ref readonly var other in others.AsSpan())
            {
                if (wanted.IsWithin(edits - 1, other))
                {
                    (nearest, edits) = (other.Text, Levenshtein.GetDistance(text, other.Text));
                }
            }
        }
        return nearest;
    }
}
