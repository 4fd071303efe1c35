using TextVae.Texts;

namespace TextVae;

/// <summary>What became of the texts that were drawn.</summary>
/// <param name="Drawn">Texts drawn.</param>
/// <param name="Accepted">Those that were passed on.</param>
/// <param name="Memorized">
/// Texts drawn that are among the training texts, 0 where these are not known. They are rejected only where novelty is asked for.
/// </param>
/// <param name="NearMemorized">Texts drawn that are near duplicates of training texts, and not among them.</param>
/// <param name="Duplicates">Texts rejected because the same was accepted before.</param>
/// <param name="NearDuplicates">Texts rejected because a near duplicate was accepted before.</param>
public sealed record SelectionCounts(long Drawn, long Accepted, long Memorized, long NearMemorized, long Duplicates, long NearDuplicates);

/// <summary>
/// Passes on texts that differ from the training texts, from each other, or both. Its memory grows by the accepted texts
/// alone, and only where they must differ.
/// </summary>
/// <param name="distance">The greatest normalised edit distance of near duplicates; 0: only the same text counts.</param>
/// <param name="unique">Whether no two texts may be duplicates or near duplicates.</param>
/// <param name="novel">Whether none may be a duplicate or a near duplicate of a training text.</param>
/// <param name="training">The training texts; null: none are looked up.</param>
/// <param name="normalization">How the training texts were normalised; a drawn text is compared in the same form.</param>
internal sealed class TextSelection(double distance, bool unique, bool novel, NearDuplicateIndex? training, Normalization normalization = Normalization.None)
{
    private readonly NearDuplicateIndex _accepted = new(distance);
    private int _inVain; // texts rejected since one was accepted

    /// <summary>So many texts rejected in a row are reason to end it.</summary>
    public int Patience { get; init; } = 10_000;

    /// <summary>Whether no text came any more.</summary>
    public bool IsExhausted => _inVain >= Patience;

    /// <summary>What became of the texts drawn so far.</summary>
    public SelectionCounts Counts { get; private set; } = new(0, 0, 0, 0, 0, 0);

    /// <summary>Whether a drawn text passes.</summary>
    public bool Accepts(GeneratedText drawn)
    {
        var accepts = Accepts(TextNormalization.Normalize(drawn.Text, normalization));
        _inVain = accepts ? 0 : _inVain + 1;
        return accepts;
    }

    private bool Accepts(string text)
    {
        var known = training?.Find(text) ?? Likeness.None;
        var isWanted = !novel || known == Likeness.None;
        var before = unique && isWanted ? _accepted.Find(text) : Likeness.None;
        var accepted = isWanted && before == Likeness.None;
        if (unique && accepted)
        {
            _accepted.Add(text);
        }
        Counts = new(
            Counts.Drawn + 1,
            Counts.Accepted + (accepted ? 1 : 0),
            Counts.Memorized + (known == Likeness.Same ? 1 : 0),
            Counts.NearMemorized + (known == Likeness.Near ? 1 : 0),
            Counts.Duplicates + (before == Likeness.Same ? 1 : 0),
            Counts.NearDuplicates + (before == Likeness.Near ? 1 : 0));
        return accepted;
    }
}
