using System.Text;

namespace TextVae.Texts;

/// <summary>How texts are normalised before they become tokens.</summary>
public enum Normalization
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Addresses become <c>url</c> and user names <c>@userid</c> (paper, section 4.3).</summary>
    Tweets,
}

/// <summary>The normalisation of texts.</summary>
internal static class TextNormalization
{
    /// <summary>
    /// The paper's normalisation of tweets (section 4.3): words that start with <c>http://</c> or <c>https://</c> become
    /// <c>url</c>, words that start with <c>@</c> and a letter, digit or underscore become <c>@userid</c>. White space
    /// and all other words stay as they are; a second application changes nothing.
    /// </summary>
    public static string Normalize(string text)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length;)
        {
            var start = i;
            var space = char.IsWhiteSpace(text[i]);
            while (i < text.Length && char.IsWhiteSpace(text[i]) == space)
            {
                i++;
            }
            var part = text.AsSpan(start..i);
            result.Append(IsAddress(part) ? "url" : IsUserName(part) ? "@userid" : part);
        }
        return result.ToString();
    }

    /// <summary>Normalises a text in the way that a configuration names.</summary>
    public static string Normalize(string text, Normalization normalization) =>
        normalization == Normalization.Tweets ? Normalize(text) : text;

    private static bool IsAddress(ReadOnlySpan<char> word) =>
        word.StartsWith("http://", StringComparison.Ordinal) || word.StartsWith("https://", StringComparison.Ordinal);

    private static bool IsUserName(ReadOnlySpan<char> word) =>
        word is ['@', .. var name]
        && Rune.DecodeFromUtf16(name, out var first, out _) == System.Buffers.OperationStatus.Done
        && (Rune.IsLetterOrDigit(first) || first.Value == '_');
}
