namespace TextVae.Generation;

/// <summary>
/// The guard against repetition: a text does not have the same n tokens in a row twice (Paulus et al. 2018, 2.5). Unlike a
/// penalty for repeated tokens it leaves single characters alone, which every text repeats.
/// </summary>
/// <param name="size">n.</param>
internal sealed class NoRepeatNgrams(int size)
{
    /// <summary>Forbids the tokens that would complete a sequence that the text has; not if it could then not go on.</summary>
    /// <param name="text">The tokens up to here.</param>
    /// <param name="mask">For each token 0, or minus infinity where it is forbidden.</param>
    public void Apply(ReadOnlySpan<int> text, Span<float> mask)
    {
        if (text.Length < size)
        {
            return;
        }
        var guarded = mask.ToArray();
        var last = text[^(size - 1)..];
        for (var end = size - 1; end < text.Length; end++)
        {
            if (text[(end - size + 1)..end].SequenceEqual(last))
            {
                guarded[text[end]] = float.NegativeInfinity;
            }
        }
        if (guarded.Contains(0))
        {
            guarded.CopyTo(mask);
        }
    }
}
