using TextVae.Texts;

namespace TextVae.Tests.Texts;

public class CompressionCostTests
{
    [Fact]
    public void What_was_read_long_ago_is_cheap_for_zstd_and_forgotten_by_gzip()
    {
        string[] known = [.. Enumerable.Range(0, 2_000).Select(Letters)]; // 100 KB, of which gzip remembers 32
        string[] early = [.. known.Take(50)], late = [.. known.TakeLast(50)], unseen = [.. Enumerable.Range(5_000, 50).Select(Letters)];

        Assert.InRange(CompressionCost.Zstd(known, early), 0, 1);
        Assert.InRange(CompressionCost.Zstd(known, unseen), 4, 6);
        Assert.InRange(CompressionCost.Gzip(known, late), 0, 1);
        Assert.InRange(CompressionCost.Gzip(known, early), 4, 6); // 4 bits are the letters' entropy
    }

    [Fact]
    public void The_ends_of_texts_cost_where_they_have_some()
    {
        string[] texts = [.. Enumerable.Range(0, 500).Select(number => Letters(number)[..(1 + number % 17)])];
        Assert.True(CompressionCost.Zstd([], texts) > CompressionCost.Zstd([], texts, ends: false) + 0.1);
    }

    private static string Letters(int seed)
    {
        var random = new Random(seed);
        return string.Concat(Enumerable.Range(0, 50).Select(_ => (char)('a' + random.Next(16))));
    }
}
