using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using TextVae.Texts;

namespace TextVae.Data;

/// <summary>What is in some texts, found in one pass over them.</summary>
public sealed record TextSurvey
{
    /// <summary>Texts that are not empty.</summary>
    public required long Texts { get; init; }

    /// <summary>Lines that are empty or white space.</summary>
    public required long Empty { get; init; }

    /// <summary>Different texts.</summary>
    public required long Distinct { get; init; }

    /// <summary>Different texts, if case, white space and punctuation make no difference.</summary>
    public required long NearDistinct { get; init; }

    /// <summary>Characters (Unicode scalar values) of all texts.</summary>
    public required long Characters { get; init; }

    /// <summary>How many texts have how many characters, from the shortest on.</summary>
    public required IReadOnlyList<(int Length, long Texts)> Lengths { get; init; }

    /// <summary>How often each character occurs, the most frequent first.</summary>
    public required IReadOnlyList<(Rune Character, long Count)> Alphabet { get; init; }

    /// <summary>Characters of a text, the mean.</summary>
    public double MeanLength => (double)Characters / Math.Max(Texts, 1);

    /// <summary>The characters of the longest text; 0 where there is none.</summary>
    public int Longest => Lengths.Count > 0 ? Lengths[^1].Length : 0;

    /// <summary>The least length within which a share of the texts is.</summary>
    /// <param name="share">From 0 to 1.</param>
    public int LengthOf(double share)
    {
        var within = 0L;
        foreach (var (length, texts) in Lengths)
        {
            within += texts;
            if (within >= share * Texts)
            {
                return length;
            }
        }
        return Longest;
    }

    /// <summary>Texts of more characters than these.</summary>
    /// <param name="length">Characters.</param>
    public long LongerThan(int length) => Lengths.Where(known => known.Length > length).Sum(known => known.Texts);

    /// <summary>Surveys texts.</summary>
    /// <param name="texts">Streamed once; 16 bytes of each different one are remembered.</param>
    public static TextSurvey Of(IEnumerable<string> texts)
    {
        var (count, empty, characters) = (0L, 0L, 0L);
        var (distinct, forms) = (new HashSet<ulong>(), new HashSet<ulong>());
        var lengths = new SortedDictionary<int, long>();
        var alphabet = new Dictionary<Rune, long>();
        foreach (var text in texts)
        {
            if (string.IsNullOrWhiteSpace(text))
            {
                empty++;
                continue;
            }
            var length = 0;
            foreach (var character in text.EnumerateRunes())
            {
                length++;
                CollectionsMarshal.GetValueRefOrAddDefault(alphabet, character, out _)++;
            }
            count++;
            characters += length;
            lengths[length] = lengths.GetValueOrDefault(length) + 1;
            distinct.Add(Hash(text));
            forms.Add(Hash(NearForm.Of(text)));
        }
        return new TextSurvey
        {
            Texts = count,
            Empty = empty,
            Distinct = distinct.Count,
            NearDistinct = forms.Count,
            Characters = characters,
            Lengths = [.. lengths.Select(pair => (pair.Key, pair.Value))],
            Alphabet = [.. alphabet.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value))],
        };
    }

    private static ulong Hash(string text) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(text.AsSpan()));
}
