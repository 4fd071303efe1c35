namespace TextVae.Tokenizers;

/// <summary>Running text in pieces that are cut before white space, so that no word falls into two.</summary>
internal static class WholeWords
{
    private const int Longest = 1 << 20; // what has no white space for so long has no words, and is cut anywhere

    /// <summary>The same text in other pieces.</summary>
    /// <param name="blocks">Pieces that split no character.</param>
    public static IEnumerable<string> Of(IEnumerable<string> blocks)
    {
        var held = "";
        foreach (var block in blocks)
        {
            var text = held + block;
            var end = text.Length - 1;
            while (end >= 0 && !char.IsWhiteSpace(text[end]))
            {
                end--;
            }
            while (end > 0 && char.IsWhiteSpace(text[end - 1])) // white space is a piece too
            {
                end--;
            }
            var cut = end > 0 ? end : text.Length < Longest ? 0 : text.Length;
            held = text[cut..];
            if (cut > 0)
            {
                yield return text[..cut];
            }
        }
        if (held.Length > 0)
        {
            yield return held;
        }
    }
}
