namespace TextVae.Texts;

/// <summary>The words of a text, which are what stands between white space, and their sequences.</summary>
internal static class WordNgrams
{
    public static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>All sequences of n words, in order.</summary>
    public static IEnumerable<string> Of(string[] words, int n) =>
        Enumerable.Range(0, int.Max(0, words.Length - n + 1)).Select(start => string.Join(' ', words, start, n));
}
