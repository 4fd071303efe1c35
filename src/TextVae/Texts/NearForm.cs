using System.Text;

namespace TextVae.Texts;

/// <summary>What near duplicates have in common: the letters, digits and symbols of a text, in small letters.</summary>
internal static class NearForm
{
    /// <summary>The form of a text; the text itself where nothing would be left of it.</summary>
    public static string Of(string text)
    {
        var form = new StringBuilder(text.Length);
        foreach (var character in text.EnumerateRunes())
        {
            if (!Rune.IsWhiteSpace(character) && !Rune.IsPunctuation(character) && !Rune.IsControl(character))
            {
                form.Append(Rune.ToLowerInvariant(character));
            }
        }
        return form.Length > 0 ? form.ToString() : text;
    }
}
