using TextVae.Texts;

namespace TextVae.Reports;

/// <summary>What the texts of a split cost something simpler than the model, after the same training texts.</summary>
/// <param name="Name">What it is.</param>
/// <param name="BitsPerCharacter">Ends of texts cost, too; characters alone divide.</param>
public sealed record BaselineCost(string Name, double BitsPerCharacter)
{
    private const int FirstOrder = 5; // of the n-grams beside single characters: the first that is tried
    private const int MostOrder = 7;

    /// <summary>The baselines, and the best model of n-grams among them.</summary>
    /// <param name="training">To learn from.</param>
    /// <param name="texts">To measure on.</param>
    /// <param name="ends">Whether a text has an end.</param>
    internal static (IReadOnlyList<BaselineCost> Costs, KneserNey Ngrams) Of(IReadOnlyList<string> training, IReadOnlyList<string> texts, bool ends)
    {
        var unigrams = new BaselineCost("single characters", KneserNey.Learn(training, 1, ends).BitsPerCharacter(texts));
        var (order, ngrams, bits) = Best(training, texts, ends);
        return ([
            unigrams,
            new($"{order}-grams of characters, Kneser-Ney", bits),
            new("gzip after the training texts", CompressionCost.Gzip(training, texts, ends)),
            new("zstd after the training texts", CompressionCost.Zstd(training, texts, ends)),
        ], ngrams);
    }

    /// <summary>The order that is best for the texts themselves: the baseline gets the benefit.</summary>
    private static (int Order, KneserNey Ngrams, double Bits) Best(IReadOnlyList<string> training, IReadOnlyList<string> texts, bool ends)
    {
        (int Order, KneserNey Ngrams, double Bits) Learned(int order)
        {
            var ngrams = KneserNey.Learn(training, order, ends);
            return (order, ngrams, ngrams.BitsPerCharacter(texts));
        }
        var best = Learned(FirstOrder);
        while (best.Order < MostOrder && Learned(best.Order + 1) is var longer && longer.Bits < best.Bits)
        {
            best = longer;
        }
        while (best.Order <= FirstOrder && best.Order > 2 && Learned(best.Order - 1) is var shorter && shorter.Bits < best.Bits)
        {
            best = shorter;
        }
        return best;
    }
}
