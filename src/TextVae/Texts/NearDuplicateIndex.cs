using System.Runtime.InteropServices;

namespace TextVae.Texts;

/// <summary>How like a text the most similar one of an index is.</summary>
public enum Likeness
{
    /// <summary>No text of the index is as near as the index asks.</summary>
    None,

    /// <summary>One is within the distance.</summary>
    Near,

    /// <summary>The text itself is there.</summary>
    Same,
}

/// <summary>
/// Texts in which near duplicates are found: those within a normalised edit distance (<see cref="EditDistance"/>, which counts
/// UTF-16 code units). No near duplicate is missed.
/// </summary>
/// <remarks>
/// A look-up compares the signature (<see cref="QGramSignature"/>) of each text whose length allows it, which takes some
/// nanoseconds, and computes the distance of the few that are left. A text costs its characters and some 250 bytes.
/// </remarks>
public sealed class NearDuplicateIndex
{
    private readonly HashSet<string> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<int, List<ComparableText>> _groups = []; // by length; empty where only the same text counts

    /// <summary>An empty index.</summary>
    /// <param name="distance">The greatest normalised edit distance of near duplicates, 0 to 0.5; 0: only the same text counts.</param>
    /// <exception cref="InvalidInputException">It is no such number.</exception>
    public NearDuplicateIndex(double distance)
    {
        Check.Between(0, 0.5, distance, "near-duplicates");
        Distance = distance;
    }

    /// <summary>The greatest normalised edit distance of near duplicates.</summary>
    public double Distance { get; }

    /// <summary>Different texts in the index.</summary>
    public int Count => _texts.Count;

    /// <summary>Adds a text, unless it is there.</summary>
    public void Add(string text)
    {
        if (!_texts.Add(text) || Distance == 0)
        {
            return;
        }
        ref var group = ref CollectionsMarshal.GetValueRefOrAddDefault(_groups, text.Length, out _);
        (group ??= []).Add(new ComparableText(text));
    }

    /// <summary>How like a text the most similar one of the index is.</summary>
    public Likeness Find(string text) =>
        _texts.Contains(text) ? Likeness.Same
        : Distance > 0 && HasNear(new ComparableText(text)) ? Likeness.Near
        : Likeness.None;

    private bool HasNear(in ComparableText text)
    {
        var length = text.Text.Length;
        int Most(int other) => EditDistance.MostEdits(Distance, int.Max(length, other));
        for (var other = length - Most(length); other - length <= Most(other); other++)
        {
            if (HasNear(text, other, Most(other)))
            {
                return true;
            }
        }
        return false;
    }

    private bool HasNear(in ComparableText text, int length, int edits)
    {
        foreach (ref readonly var other in CollectionsMarshal.AsSpan(_groups.GetValueOrDefault(length)))
        {
            if (text.IsWithin(edits, other))
            {
                return true;
            }
        }
        return false;
    }
}
