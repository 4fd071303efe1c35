using TextVae.Evaluation;

namespace TextVae.Tests.Evaluation;

public class RocAreaTests
{
    [Fact]
    public void It_is_the_share_of_pairs_in_the_right_order_with_ties_for_half()
    {
        var random = new Random(3);
        double[] Draw(int count, int shift) => [.. Enumerable.Range(0, count).Select(_ => (double)(random.Next(12) + shift))]; // many ties
        for (var round = 0; round < 20; round++)
        {
            var (positives, negatives) = (Draw(1 + random.Next(30), 2), Draw(1 + random.Next(30), 0));
            var pairs = from positive in positives from negative in negatives select positive > negative ? 1 : positive == negative ? 0.5 : 0;
            Assert.Equal(pairs.Average(), RocArea.Of(positives, negatives), 1e-12);
        }
    }

    [Fact]
    public void Scores_that_separate_have_all_and_scores_that_are_equal_half()
    {
        Assert.Equal(1, RocArea.Of([3, 4], [1, 2]));
        Assert.Equal(0, RocArea.Of([1, 2], [3, 4]));
        Assert.Equal(0.5, RocArea.Of([1, 1], [1]));
        Assert.True(double.IsNaN(RocArea.Of([], [1])));
    }
}
