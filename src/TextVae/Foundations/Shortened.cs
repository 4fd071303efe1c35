using System.Globalization;
using System.Text;

namespace TextVae;

/// <summary>Input as a message shows it: never long, on one line, and nothing in it that cannot be seen.</summary>
internal static class Shortened
{
    private const int Longest = 40; // UTF-16 code units

    /// <summary>
    /// The text, or its beginning and an ellipsis. Control and format characters (such as a byte order mark), line separators
    /// and halves of surrogate pairs appear as in a C# string: <c>\n</c>, <c>\t</c>, <c>\ufeff</c>.
    /// </summary>
    /// <param name="text">Any text.</param>
    /// <param name="longest">The most UTF-16 code units of it that are shown; one less where the last is half a character.</param>
    public static string Of(string text, int longest = Longest)
    {
        if (text.Length <= longest)
        {
            return Visible(text);
        }
        var end = char.IsSurrogatePair(text, longest - 1) ? longest - 1 : longest;
        return Visible(text.AsSpan(0, end)) + "…";
    }

    private static string Visible(ReadOnlySpan<char> text)
    {
        var result = new StringBuilder(text.Length);
        while (!text.IsEmpty)
        {
            var isCharacter = Rune.DecodeFromUtf16(text, out var character, out var units) == System.Buffers.OperationStatus.Done;
            if (isCharacter && !IsInvisible(character))
            {
                result.Append(text[..units]);
            }
            else
            {
                foreach (var unit in text[..units])
                {
                    result.Append(Escaped(unit));
                }
            }
            text = text[units..];
        }
        return result.ToString();
    }

    private static bool IsInvisible(Rune character) => Rune.GetUnicodeCategory(character)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static string Escaped(char unit) => unit switch
    {
        '\n' => @"\n",
        '\r' => @"\r",
        '\t' => @"\t",
        _ => $@"\u{(int)unit:x4}",
    };
}
