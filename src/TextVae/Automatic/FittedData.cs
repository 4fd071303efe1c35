using System.Text;
using TextVae.Data;
using TextVae.Texts;
using TextVae.Tokenizers;
using static System.FormattableString;

namespace TextVae.Automatic;

/// <summary>How many tokens the training texts have.</summary>
/// <param name="Sorted">Of each text that was looked at, from the shortest on; for running text none.</param>
internal sealed record TokenLengths(IReadOnlyList<int> Sorted)
{
    /// <summary>The least length within which a share of the texts is.</summary>
    public int Of(double share) => Sorted.Count == 0 ? 0 : Sorted[Math.Clamp((int)Math.Ceiling(share * Sorted.Count) - 1, 0, Sorted.Count - 1)];

    /// <summary>The share of the texts that have no more tokens than these.</summary>
    public double Within(int tokens) => Sorted.Count == 0 ? 1 : (double)Sorted.Count(length => length <= tokens) / Sorted.Count;

    /// <summary>The mean.</summary>
    public double Mean => Sorted.Count == 0 ? 0 : Sorted.Average();
}

/// <summary>Which length and vocabulary fit some texts.</summary>
internal static class FittedData
{
    /// <summary>What can be chosen without having read a text.</summary>
    public static DataConfig Before(DataConfig given) => given.Texts == TextKind.Windows
        ? given with { Length = Unknown }
        : given with { Length = Unknown, Split = NeverParted.Near, Longer = LongTexts.Cut };

    private const int Unknown = 2;
    private const int Longest = 512; // beyond it a vector of some dozens of numbers says little of a text's end
    private const int OfRunningText = 64;
    private const double FurtherLength = 1.5; // of the least length: padding costs the convolutions alone
    private const int Sample = 20_000; // texts whose tokens are counted
    private const int EnoughForUnknowns = 1_000; // texts of which some may lose their rarest characters
    private const int Rare = 3;
    private const long ManyCharacters = 300_000;
    private const double WordsShare = 0.05; // spaces among the characters

    private static readonly double[] Shares = [1, 0.999, 0.99]; // of the texts that fit: the first whose length is no further

    /// <summary>The data with the tokens that are best: pieces of words where there are many texts of words, else characters.</summary>
    public static DataConfig WithTokenizer(DataConfig data, TextSurvey survey)
    {
        var spaces = survey.Alphabet.Where(known => Rune.IsWhiteSpace(known.Character)).Sum(known => known.Count);
        return data with { Tokenizer = survey.Characters >= ManyCharacters && spaces >= WordsShare * survey.Characters ? SubwordTokenizer.Name : CharacterTokenizer.Name };
    }

    /// <summary>The data with as many tokens as the texts can teach.</summary>
    public static DataConfig WithVocabulary(DataConfig data, TextSurvey survey) => data with
    {
        VocabularySize = data.Tokenizer == SubwordTokenizer.Name && data.Merges is null ? survey.Characters switch { < 2_000_000 => 512, < 10_000_000 => 1_000, _ => 2_000 } : data.VocabularySize,
        MinCount = data.Tokenizer == CharacterTokenizer.Name && data.Texts == TextKind.Lines && survey.Texts >= EnoughForUnknowns ? Rare : data.MinCount,
    };

    /// <summary>The training texts.</summary>
    public static IEnumerable<string> Read(DataConfig data, TextSource train) => new Mending(data.InvalidUtf8).Texts(train.Read());

    /// <summary>Counts the texts' tokens, end not included.</summary>
    public static TokenLengths Lengths(DataConfig data, TextSource train, TextSurvey survey)
    {
        if (data.Texts == TextKind.Windows)
        {
            return new TokenLengths([]);
        }
        if (data.Tokenizer == CharacterTokenizer.Name)
        {
            return new TokenLengths([.. survey.Lengths.SelectMany(known => Enumerable.Repeat(known.Length, (int)Math.Ceiling((double)known.Texts * Sample / Math.Max(survey.Texts, Sample))))]);
        }
        var tokenizer = Corpus.Learn(data, train, []);
        var ids = new List<int>();
        int Count(string text)
        {
            ids.Clear();
            tokenizer.Encode(text, ids);
            return ids.Count;
        }
        return new TokenLengths([.. Read(data, train).Where(text => !string.IsNullOrWhiteSpace(text)).Take(Sample).Select(Count).Order()]);
    }

    /// <summary>The data with the length of its texts.</summary>
    public static DataConfig WithLength(DataConfig data, TokenLengths lengths)
    {
        if (data.Length != Unknown)
        {
            return data;
        }
        int Within(double share) => Rounded(Math.Min(lengths.Of(share) + 1, Longest));
        var least = Within(Shares[^1]);
        return data with { Length = data.Texts == TextKind.Windows ? OfRunningText : Shares.Select(Within).First(length => length <= FurtherLength * least) };
    }

    /// <summary>The next length that the layers can halve as often as <see cref="FittedModel"/> lets them.</summary>
    private static int Rounded(int length)
    {
        var multiple = 1 << FittedModel.Layers(length);
        return (length + multiple - 1) / multiple * multiple;
    }

    /// <summary>What is in the texts.</summary>
    public static string InWords(TextSurvey survey)
    {
        var near = 1 - (double)survey.NearDistinct / Math.Max(survey.Texts, 1);
        return Invariant($"{survey.Texts:N0} training texts of {survey.LengthOf(0):N0} to {survey.Longest:N0} characters, {survey.MeanLength:0} on average, {survey.Alphabet.Count:N0} different ones; {100 * near:0.#}% of the texts repeat another, but for case, spaces and punctuation");
    }

    /// <summary>Which texts fit.</summary>
    public static string InWords(DataConfig data, TokenLengths lengths)
    {
        if (data.Texts == TextKind.Windows)
        {
            return Invariant($"windows of {data.Length:N0} {data.Tokenizer}, as the text is running text");
        }
        var within = lengths.Within(data.Length - 1);
        var longer = data.Longer switch { LongTexts.Cut => "cut there", LongTexts.Split => "split", _ => "left out" };
        return Invariant($"texts of up to {data.Length - 1:N0} {data.Tokenizer}, as {100 * within:0.#}% of them are{(within < 1 ? $"; longer ones are {longer}" : "")}");
    }
}
