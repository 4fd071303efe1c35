using System.Text;

namespace TextVae.Texts;

/// <summary>
/// An n-gram model of characters with interpolated modified Kneser-Ney smoothing (Chen and Goodman 1999, section 3): what a
/// neural model has to beat. The end of a text is a symbol; all characters that the texts do not have are one more.
/// </summary>
internal sealed class KneserNey
{
    private const int Begin = 0;
    private const int End = 1;
    private const int Unknown = 2; // what no n-gram has
    private const double LeastDiscount = 0.05; // of what a discount can be: without any, what was never seen would be impossible

    private static readonly double[] UsualDiscounts = [0, 0.5, 1, 1.5]; // where no n-gram is rare enough to estimate them

    private readonly Dictionary<Rune, int> _symbols = [];
    private readonly NgramTrie _trie;
    private readonly double[][] _discounts; // [length of the context][count, at most 3]
    private readonly bool _ends;

    private KneserNey(IEnumerable<string> texts, int order, bool ends)
    {
        (_trie, _ends) = (new NgramTrie(order), ends);
        foreach (var text in texts)
        {
            _trie.Add(Symbols(text, rune => _symbols.TryGetValue(rune, out var symbol) ? symbol : _symbols[rune] = Unknown + 1 + _symbols.Count));
        }
        var begin = _trie.Find(NgramTrie.Root, Begin);
        var counts = Enumerable.Range(0, order).Select(_ => new long[5]).ToArray();
        var ngrams = _trie.Ngrams;
        for (var place = 1; place < ngrams.Length; place++)
        {
            if (place != begin) // which nothing predicts
            {
                var ngram = ngrams[place];
                counts[ngram.Length - 1][int.Min(ngram.Count, 4)] += 1;
                Follow(ref ngrams[ngram.Parent], ngram.Count);
            }
        }
        _discounts = Array.ConvertAll(counts, Discounts);
    }

    /// <summary>The characters of the texts that it has learned from.</summary>
    public IReadOnlyCollection<Rune> Characters => _symbols.Keys;

    /// <summary>Learns from texts.</summary>
    /// <param name="texts">Read once.</param>
    /// <param name="order">n: it sees n - 1 characters of what comes before; 1 or more.</param>
    /// <param name="ends">Whether a text has an end; a window of running text has none.</param>
    public static KneserNey Learn(IEnumerable<string> texts, int order, bool ends = true) => new(texts, order, ends);

    /// <summary>What texts cost, their ends included, over their characters, which ends are not; NaN where there are none.</summary>
    public double BitsPerCharacter(IEnumerable<string> texts)
    {
        var (bits, characters) = (0.0, 0L);
        foreach (var text in texts)
        {
            bits += Bits(text);
            characters += text.EnumerateRunes().Count();
        }
        return bits / characters;
    }

    /// <summary>What a text costs, its end included.</summary>
    public double Bits(string text)
    {
        var (bits, context) = (0.0, NgramTrie.Root);
        foreach (var symbol in Symbols(text, Known))
        {
            bits -= symbol == Begin ? 0 : Math.Log2(Probability(context, symbol));
            context = Next(context, symbol);
        }
        return bits;
    }

    /// <summary>The probability of a character after the beginning of a text.</summary>
    /// <param name="beginning">The text so far.</param>
    /// <param name="next">Null: the end.</param>
    public double Probability(string beginning, Rune? next)
    {
        var context = Next(NgramTrie.Root, Begin);
        foreach (var rune in beginning.EnumerateRunes())
        {
            context = Next(context, Known(rune));
        }
        return Probability(context, next is { } character ? Known(character) : End);
    }

    private int Known(Rune rune) => _symbols.GetValueOrDefault(rune, Unknown);

    private int[] Symbols(string text, Func<Rune, int> symbol) =>
        [Begin, .. text.EnumerateRunes().Select(symbol), .. _ends ? [End] : Array.Empty<int>()];

    private double Probability(int context, int symbol)
    {
        ref readonly var known = ref _trie.Ngrams[context];
        var lower = context == NgramTrie.Root
            ? 1.0 / (_symbols.Count + (_ends ? 2 : 1)) // the unknown one is always possible
            : Probability(known.Suffix, symbol);
        if (known.Total == 0)
        {
            return lower;
        }
        var (discounts, found) = (_discounts[known.Length], _trie.Find(context, symbol));
        var count = found == NgramTrie.Root ? 0 : _trie.Ngrams[found].Count;
        var left = discounts[1] * known.Ones + discounts[2] * known.Twos + discounts[3] * known.More;
        return (count - discounts[int.Min(count, 3)] + left * lower) / known.Total;
    }

    /// <summary>The longest context that is known of what ends with a symbol.</summary>
    private int Next(int context, int symbol)
    {
        while (true)
        {
            var next = _trie.Find(context, symbol);
            if (next != NgramTrie.Root && _trie.Ngrams[next].Length < _trie.Order)
            {
                return next;
            }
            if (context == NgramTrie.Root)
            {
                return NgramTrie.Root;
            }
            context = _trie.Ngrams[context].Suffix;
        }
    }

    private static void Follow(ref Ngram context, int count)
    {
        context.Total += count;
        context.Ones += count == 1 ? 1 : 0;
        context.Twos += count == 2 ? 1 : 0;
        context.More += count > 2 ? 1 : 0;
    }

    /// <summary>What is taken from counts of 1, 2 and more, in favour of what was never seen (equation 26).</summary>
    /// <param name="counts">How many n-grams of one length have each count, [5].</param>
    private static double[] Discounts(long[] counts)
    {
        if (counts.AsSpan(1..4).Contains(0))
        {
            return UsualDiscounts;
        }
        var y = (double)counts[1] / (counts[1] + 2 * counts[2]);
        double Discount(int count) => Math.Clamp(count - (count + 1) * y * counts[count + 1] / counts[count], count * LeastDiscount, count);
        return [0, Discount(1), Discount(2), Discount(3)];
    }
}
