using System.Text;

namespace TextVae.Texts;

/// <summary>Makes texts of what was read from bytes that may be no UTF-8, and counts where there was something to do.</summary>
/// <remarks>
/// Readers put <see cref="Mark"/> where the bytes made no sense. It is half of a surrogate pair, which no UTF-8 makes, so that
/// the place is known after the text has been found in its line, table or object, and whatever becomes of the others.
/// </remarks>
internal sealed class Mending(InvalidUtf8 fate)
{
    /// <summary>What stands for a sequence of bytes that are no UTF-8.</summary>
    public const char Mark = '\udfff';

    /// <summary>What takes its place.</summary>
    public const string Replacement = "\ufffd";

    /// <summary>Whether readers are to mark such bytes, in place of refusing them.</summary>
    public bool Marks => fate != InvalidUtf8.Fail;

    /// <summary>How many texts were mended or left out; of running text, how many sequences of bytes.</summary>
    public long Count { get; private set; }

    /// <summary>Texts without marks, as they come.</summary>
    public IEnumerable<string> Texts(IEnumerable<string> texts) => Marks ? Mended(texts, isRunning: false) : texts;

    /// <summary>The same for running text in pieces.</summary>
    public IEnumerable<string> Blocks(IEnumerable<string> blocks) => Marks ? Mended(blocks, isRunning: true) : blocks;

    /// <summary>What is to be said of it; nothing where there was nothing to do.</summary>
    /// <param name="name">The texts.</param>
    /// <param name="fate">What became of the bytes.</param>
    /// <param name="count">How often.</param>
    /// <param name="isRunning">Whether that counts sequences of running text.</param>
    public static IReadOnlyList<string> Notes(string name, InvalidUtf8 fate, long count, bool isRunning) => count == 0
        ? []
        : [FormattableString.Invariant($"{name}: {count:N0} {(isRunning ? "sequences of bytes that are" : "texts with bytes that are")} no UTF-8 {Became(fate, isRunning)}")];

    /// <summary>A text with U+FFFD in place of its marks.</summary>
    public static string Replace(string text) => Replace(text, Replacement);

    /// <summary>A text with something else in place of its marks.</summary>
    public static string Replace(string text, string replacement) => CountIn(text) == 0 ? text : Without(text, replacement);

    private static string Became(InvalidUtf8 fate, bool isRunning) => (fate, isRunning) switch
    {
        (InvalidUtf8.Skip, _) => "were left out",
        (_, true) => "became U+FFFD each",
        _ => "were read, with U+FFFD in their place",
    };

    private IEnumerable<string> Mended(IEnumerable<string> texts, bool isRunning)
    {
        foreach (var text in texts)
        {
            var marks = CountIn(text);
            Count += isRunning ? marks : Math.Min(marks, 1);
            if (marks == 0)
            {
                yield return text;
            }
            else if (fate == InvalidUtf8.Replace)
            {
                yield return Without(text, Replacement);
            }
            else if (isRunning)
            {
                yield return Without(text, "");
            }
        }
    }

    private static int CountIn(string text)
    {
        var count = 0;
        for (var place = text.IndexOf(Mark); place >= 0; place = text.IndexOf(Mark, place + 1))
        {
            count += IsMark(text, place) ? 1 : 0;
        }
        return count;
    }

    private static string Without(string text, string replacement)
    {
        var result = new StringBuilder(text.Length);
        for (var place = 0; place < text.Length; place++)
        {
            _ = text[place] == Mark && IsMark(text, place) ? result.Append(replacement) : result.Append(text[place]);
        }
        return result.ToString();
    }

    // After a first half it is the second of a character.
    private static bool IsMark(string text, int place) => place == 0 || !char.IsHighSurrogate(text[place - 1]);
}
