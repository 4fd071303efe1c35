using TextVae.Reports;

namespace TextVae.Tests.Reports;

public class BaselineCostTests
{
    private const int Letters = 8;
    private const int Length = 10;

    [Fact]
    public void Random_letters_cost_their_entropy_whatever_predicts_them()
    {
        var random = new Random(1);
        string Text() => string.Concat(Enumerable.Range(0, Length).Select(_ => (char)('a' + random.Next(Letters))));
        string[] training = [.. Enumerable.Range(0, 4_000).Select(_ => Text())], texts = [.. Enumerable.Range(0, 300).Select(_ => Text())];

        var (costs, ngrams) = BaselineCost.Of(training, texts, ends: true);

        // One symbol of eleven is an end, which single characters tell no more of.
        var entropy = Math.Log2(Letters) + Math.Log2((Length + 1.0) / Length) + Math.Log2(Length + 1) / Length;
        Assert.Equal(["single characters", costs[1].Name, "gzip after the training texts", "zstd after the training texts"], costs.Select(cost => cost.Name));
        Assert.Matches("^[23]-grams", costs[1].Name); // longer ones have seen too little
        Assert.Equal(entropy, costs[0].BitsPerCharacter, 0.02);
        Assert.Equal(entropy, costs[1].BitsPerCharacter, 0.05);
        Assert.Equal(costs[1].BitsPerCharacter, ngrams.BitsPerCharacter(texts), 1e-12);
        Assert.All(costs.Skip(2), cost => Assert.InRange(cost.BitsPerCharacter, Math.Log2(Letters), entropy + 1.5));
    }

    [Fact]
    public void Windows_have_no_ends_to_pay_for()
    {
        string[] texts = ["abab", "baba", "abab"];
        double Single(bool ends) => BaselineCost.Of(texts, texts, ends).Costs[0].BitsPerCharacter;
        Assert.InRange(Single(ends: false), 1, 1.4); // one of two letters, and hardly ever another
        Assert.True(Single(ends: true) > Single(ends: false) + 0.3);
    }
}
