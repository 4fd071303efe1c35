namespace TextVae.DotnetDocs;

/// <summary>Splits running text into sentences and tells sentences from fragments.</summary>
internal static class Sentences
{
    private const int MinimumWords = 3;
    private const int MaximumLength = 1000; // longer ones are tables and listings that lost their markup

    // After these a full stop ends no sentence.
    private static readonly HashSet<string> Abbreviations =
        new(["e.g.", "i.e.", "etc.", "vs.", "cf.", "no.", "approx.", "incl.", "mr.", "dr.", "st.", "fig."], StringComparer.OrdinalIgnoreCase);

    /// <summary>The sentences of a block of text whose white space is folded.</summary>
    public static IEnumerable<string> Split(string block)
    {
        var start = 0;
        for (var i = 0; i < block.Length; i++)
        {
            if (!IsStop(block[i]))
            {
                continue;
            }
            var end = i + 1;
            while (end < block.Length && IsClosing(block[end]))
            {
                end++;
            }
            if (end == block.Length || block[end] == ' ' && EndsSentence(block, start, i))
            {
                yield return block[start..end];
                start = Math.Min(end + 1, block.Length);
                i = end;
            }
        }
        if (start < block.Length)
        {
            yield return block[start..];
        }
    }

    /// <summary>Whether a text is a whole sentence in words, rather than a fragment, a formula or a piece of code.</summary>
    public static bool IsWellFormed(string sentence) =>
        sentence.Length <= MaximumLength
        && sentence.Count(c => c == ' ') >= MinimumWords - 1
        && IsStop(sentence.TrimEnd(')', '"', '\'')[^1])
        && (char.IsAsciiLetterOrDigit(sentence[0]) || sentence[0] is '"' or '(')
        && IsBalanced(sentence)
        && !sentence.Any(c => !char.IsAscii(c) || char.IsControl(c) || c is '{' or '}' or '<' or '>' or '\\' or '`' or '|')
        && !sentence.Contains("__", StringComparison.Ordinal)
        && !sentence.Contains("_mm", StringComparison.Ordinal)
        && !sentence.Contains("  ", StringComparison.Ordinal)
        && sentence.Count(c => char.IsAsciiLetter(c) || c == ' ') >= 0.8 * sentence.Length;

    private static bool IsStop(char character) => character is '.' or '!' or '?';

    private static bool IsClosing(char character) => character is ')' or '"' or '\'';

    private static bool EndsSentence(string block, int start, int stop)
    {
        var word = block.LastIndexOf(' ', stop) + 1;
        var opening = block.AsSpan(word..stop).TrimStart("(\"'").Length;
        var text = block[(stop - opening)..(stop + 1)];
        var initial = text is [>= 'A' and <= 'Z', '.'] && stop + 2 < block.Length && char.IsAsciiLetterUpper(block[stop + 2]);
        return !initial && !Abbreviations.Contains(text) && Depth(block.AsSpan(start..stop)) <= (block.AsSpan(stop).StartsWith(".)") ? 1 : 0);
    }

    private static int Depth(ReadOnlySpan<char> text) => text.Count('(') - text.Count(')');

    private static bool IsBalanced(string sentence) => Depth(sentence) == 0 && sentence.Count(c => c == '"') % 2 == 0;
}
