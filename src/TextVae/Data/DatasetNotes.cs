using TextVae.Tokenizers;
using static System.FormattableString;

namespace TextVae.Data;

/// <summary>What is told of the texts that became a dataset.</summary>
internal static class DatasetNotes
{
    /// <param name="name">The texts.</param>
    /// <param name="what">What was made of them.</param>
    public static string Damaged(string name, string what) => $"{name}: found damaged {what} in the cache; they have been made again";

    public static IReadOnlyList<string> Damaged(string name, TokenFile tokens) => tokens.WasDamaged ? [Damaged(name, "tokens")] : [];

    public static IReadOnlyList<string> LeftOut(string name, TokenCounts counts, int limit, string unit)
    {
        var texts = counts.Texts + counts.TooLong;
        var notes = new List<string>();
        if (counts.TooLong > 0)
        {
            notes.Add(Invariant($"{name}: {counts.TooLong:N0} of {texts:N0} texts are longer than {limit:N0} {unit} and were left out"));
        }
        if (counts.Empty > 0)
        {
            notes.Add(Invariant($"{name}: {counts.Empty:N0} empty lines were skipped"));
        }
        return notes;
    }

    public static IReadOnlyList<string> Unknown(string name, TokenCounts counts) => counts.Unknown == 0
        ? []
        : [Invariant($"{name}: {counts.Unknown:N0} of {counts.Tokens:N0} tokens are outside the vocabulary and became {Vocabulary.Unknown}")];
}
