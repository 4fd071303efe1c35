using System.Text.RegularExpressions;

namespace TextVae.Cli;

/// <summary>Text of others as people are shown it: it commands no terminal, takes one line, and hides nothing of what is around it.</summary>
internal static partial class Visible
{
    private const string Cut = " … ";

    /// <summary>
    /// The text on one line: line breaks as a symbol, other control characters and those that turn the direction of writing
    /// (Unicode's "bidi" embeddings, overrides and isolates) as in a C# string, such as <c>\u001b</c>.
    /// </summary>
    /// <param name="text">Any text.</param>
    /// <param name="longest">UTF-16 code units of it from which on its middle is left out.</param>
    public static string Of(string text, int longest) => Commanding().Replace(Shorten(text, longest).ReplaceLineEndings("⏎"), Written);

    private static string Shorten(string text, int longest)
    {
        if (text.Length <= longest)
        {
            return text;
        }
        var (head, tail) = (longest - longest / 4, text.Length - longest / 4);
        head -= char.IsHighSurrogate(text[head - 1]) ? 1 : 0;
        tail += tail < text.Length && char.IsLowSurrogate(text[tail]) ? 1 : 0;
        return text[..head] + Cut + text[tail..];
    }

    private static string Written(Match found) => found.ValueSpan[0] is '\t' ? @"\t" : $@"\u{(int)found.ValueSpan[0]:x4}";

    [GeneratedRegex(@"[\p{Cc}\u202a-\u202e\u2066-\u2069]")]
    private static partial Regex Commanding();
}
