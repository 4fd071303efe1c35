using System.Runtime.InteropServices;

namespace TextVae.Texts;

/// <summary>
/// Distinct-n (Li et al. 2016): different n-grams of words over all n-grams; 1 where none occurs twice. (They divide by the
/// number of words instead, with which texts of few words cannot reach 1.) More texts have less.
/// </summary>
public static class DistinctN
{
    /// <summary>Distinct-n of texts, 0 to 1; NaN where no text has n words.</summary>
    /// <exception cref="InvalidInputException">n is below 1.</exception>
    public static double Of(IEnumerable<string> texts, int n)
    {
        Check.AtLeast(1, n, "n");
        var (all, different) = (0L, new HashSet<string>());
        foreach (var gram in texts.SelectMany(text => WordNgrams.Of(WordNgrams.Words(text), n)))
        {
            all++;
            different.Add(gram);
        }
        return (double)different.Count / all;
    }
}

/// <summary>
/// Self-BLEU (Zhu et al. 2018): the mean over texts of BLEU-4 (Papineni et al. 2002) with all other texts as references.
/// The higher, the more alike the texts are. More texts have more.
/// </summary>
/// <remarks>
/// Of words, with equal weights and, as in the authors' code, the first smoothing of Chen and Cherry 2014: an n-gram order
/// without any match counts 0.1 matches. A text that shares no word with the others has 0.
/// </remarks>
public static class SelfBleu
{
    private const int Order = 4;
    private const double NoMatch = 0.1;

    /// <summary>Self-BLEU of texts, 0 to 1; NaN for fewer than two.</summary>
    public static double Of(IReadOnlyList<string> texts)
    {
        if (texts.Count < 2)
        {
            return double.NaN;
        }
        var words = texts.Select(WordNgrams.Words).ToList();
        var orders = Enumerable.Range(1, Order).Select(n => new NgramCounts(words, n)).ToList();
        return Enumerable.Range(0, texts.Count).Average(text =>
            orders[0].Matches(text) == 0 ? 0
            : BrevityPenalty(words, text) * Math.Exp(orders.Average(order => Math.Log(order.Precision(text)))));
    }

    /// <summary>Texts shorter than the reference of the nearest length (of two, the shorter) cost.</summary>
    private static double BrevityPenalty(List<string[]> words, int text)
    {
        var length = words[text].Length;
        var reference = words.Where((_, other) => other != text).Select(other => other.Length).MinBy(other => (Math.Abs(other - length), other));
        return length >= reference ? 1 : Math.Exp(1 - (double)reference / length);
    }

    /// <summary>The n-grams of each text, and how often each n-gram occurs at most in any other text.</summary>
    private sealed class NgramCounts
    {
        private readonly List<Dictionary<string, int>> _counts;
        private readonly Dictionary<string, (int Most, int Holder, int Second)> _most = [];

        public NgramCounts(List<string[]> words, int n)
        {
            _counts = words.ConvertAll(text => WordNgrams.Of(text, n).CountBy(gram => gram).ToDictionary());
            foreach (var (text, counts) in _counts.Index())
            {
                foreach (var (gram, count) in counts)
                {
                    ref var most = ref CollectionsMarshal.GetValueRefOrAddDefault(_most, gram, out _);
                    most = count > most.Most ? (count, text, most.Most) : (most.Most, most.Holder, int.Max(most.Second, count));
                }
            }
        }

        /// <summary>The n-grams of a text that another text has as often, each counted no more often than there.</summary>
        public int Matches(int text) => _counts[text].Sum(gram =>
        {
            var most = _most[gram.Key];
            return int.Min(gram.Value, most.Holder == text ? most.Second : most.Most);
        });

        public double Precision(int text) => Math.Max(NoMatch, Matches(text)) / int.Max(1, _counts[text].Values.Sum());
    }
}

/// <summary>The words of a text, which are what stands between white space, and their sequences.</summary>
internal static class WordNgrams
{
    public static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>All sequences of n words, in order.</summary>
    public static IEnumerable<string> Of(string[] words, int n) =>
        Enumerable.Range(0, int.Max(0, words.Length - n + 1)).Select(start => string.Join(' ', words, start, n));
}
