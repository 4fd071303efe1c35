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

    public static IReadOnlyList<string> Long(string name, TokenCounts counts, int limit, string unit, LongTexts longer) => counts.TooLong == 0 ? [] : longer switch
    {
        LongTexts.Cut => [Invariant($"{name}: {counts.TooLong:N0} of {counts.Texts:N0} texts are longer than {limit:N0} {unit} and were cut")],
        LongTexts.Split => [Invariant($"{name}: {counts.TooLong:N0} texts are longer than {limit:N0} {unit} and were split; with the pieces there are {counts.Texts:N0}")],
        _ => [Invariant($"{name}: {counts.TooLong:N0} of {counts.Texts + counts.TooLong:N0} texts are longer than {limit:N0} {unit} and were left out")],
    };

    public static IReadOnlyList<string> Empty(string name, TokenCounts counts) => counts.Empty == 0
        ? []
        : [Invariant($"{name}: {counts.Empty:N0} empty lines were skipped")];

    public static IReadOnlyList<string> Unknown(string name, TokenCounts counts) => counts.Unknown == 0
        ? []
        : [Invariant($"{name}: {counts.Unknown:N0} of {counts.Tokens:N0} tokens are outside the vocabulary and became {Vocabulary.Unknown}")];
}
