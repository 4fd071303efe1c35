using System.Runtime.InteropServices;
using F23.StringSimilarity;

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
/// Texts in which near duplicates are found: those within a normalised edit distance, which is Levenshtein's divided by the
/// length of the longer text, both in UTF-16 units. No near duplicate is missed.
/// </summary>
/// <remarks>
/// A look-up compares the signature (<see cref="QGramSignature"/>) of each text whose length allows it, which takes some
/// nanoseconds, and computes the distance of the few that are left. A text costs its characters and some 250 bytes.
/// </remarks>
public sealed class NearDuplicateIndex
{
    private readonly Levenshtein _levenshtein = new();
    private readonly HashSet<string> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<int, Group> _groups = []; // by length; empty where only the same text counts

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
        ref var group = ref CollectionsMarshal.GetValueRefOrAddDefault(_groups, text.Length, out var found);
        if (!found)
        {
            group = new Group([], []);
        }
        group.Texts.Add(text);
        group.Signatures.Add(new QGramSignature(text));
    }

    /// <summary>How like a text the most similar one of the index is.</summary>
    public Likeness Find(string text) =>
        _texts.Contains(text) ? Likeness.Same
        : Distance > 0 && HasNear(text, new QGramSignature(text)) ? Likeness.Near
        : Likeness.None;

    private bool HasNear(string text, QGramSignature signature)
    {
        var length = text.Length;
        for (var shorter = length; shorter > 0 && length - shorter <= Edits(length); shorter--)
        {
            if (HasNear(text, signature, shorter, Edits(length)))
            {
                return true;
            }
        }
        for (var longer = length + 1; longer - length <= Edits(longer); longer++)
        {
            if (HasNear(text, signature, longer, Edits(longer)))
            {
                return true;
            }
        }
        return false;
    }

    private bool HasNear(string text, in QGramSignature signature, int length, int edits)
    {
        if (!_groups.TryGetValue(length, out var group))
        {
            return false;
        }
        var difference = Math.Abs(length - text.Length);
        var signatures = CollectionsMarshal.AsSpan(group.Signatures);
        for (var i = 0; i < signatures.Length; i++)
        {
            if (signature.MayBeWithin(signatures[i], difference, edits) && _levenshtein.Distance(text, group.Texts[i], edits + 1) <= edits)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>The most edits between near duplicates of which the longer has this length.</summary>
    private int Edits(int length)
    {
        var edits = (int)(Distance * length) + 1;
        while ((double)edits / length > Distance) // as a product, 0.29 of 100 is less than 29
        {
            edits--;
        }
        return edits;
    }

    private readonly record struct Group(List<string> Texts, List<QGramSignature> Signatures);
}
