using TextVae.Scoring;

namespace TextVae.Tests.Scoring;

public class ScoreDistributionTests
{
    [Fact]
    public void Percentiles_of_a_known_distribution_are_right_and_never_fall()
    {
        // Squares of evenly spread numbers: P(X < x) = sqrt(x).
        var distribution = ScoreDistribution.Of(Enumerable.Range(0, 10_001).Select(number => Math.Pow((number * 7919 % 10_001) / 10_000.0, 2)));
        Assert.All(new[] { 0.01, 0.1, 0.25, 0.5, 0.98 }, score => Assert.Equal(100 * Math.Sqrt(score), distribution.Percentile(score), 0.05));
        var percentiles = Enumerable.Range(-10, 1_300).Select(step => distribution.Percentile(step / 1_000.0)).ToList();
        Assert.Equal(percentiles.Order(), percentiles);
        Assert.Equal((0, 100), (percentiles[0], percentiles[^1]));
    }

    [Fact]
    public void A_score_that_many_texts_have_stands_in_their_middle()
    {
        var distribution = ScoreDistribution.Of([.. Enumerable.Repeat(1.0, 500), .. Enumerable.Repeat(2.0, 501)]);
        Assert.Equal(25, distribution.Percentile(1), 0.1);
        Assert.Equal(50, distribution.Percentile(1.5), 0.1);
        Assert.Equal(75, distribution.Percentile(2), 0.1);
    }

    [Fact]
    public void Without_scores_there_is_no_distribution() =>
        Assert.Contains("scores: found none", Assert.Throws<InvalidInputException>(() => ScoreDistribution.Of([])).Message);

    [Fact]
    public void One_score_has_itself_in_the_middle()
    {
        var distribution = ScoreDistribution.Of([3]);
        Assert.Equal((0, 50, 100), (distribution.Percentile(2.9), distribution.Percentile(3), distribution.Percentile(3.1)));
    }
}
