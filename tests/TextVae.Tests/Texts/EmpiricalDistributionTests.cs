using TextVae.Texts;

namespace TextVae.Tests.Texts;

public class EmpiricalDistributionTests
{
    private static EmpiricalDistribution<int> Of(params int[] values)
    {
        var distribution = new EmpiricalDistribution<int>();
        Array.ForEach(values, distribution.Add);
        return distribution;
    }

    [Fact]
    public void The_divergence_is_0_of_equals_1_of_strangers_and_the_same_both_ways()
    {
        Assert.Equal(0, Of(1, 2, 2).JensenShannon(Of(2, 1, 1, 2, 2, 2)), 1e-15);
        Assert.Equal(1, Of(1, 2).JensenShannon(Of(3)), 1e-15);
        var byHand = 0.5 * (0.5 * Math.Log2(0.5 / 0.75) + 0.5 * Math.Log2(0.5 / 0.25)) + 0.5 * Math.Log2(1 / 0.75);
        Assert.Equal(byHand, Of(1, 2).JensenShannon(Of(1)), 1e-15);
        Assert.Equal(byHand, Of(1).JensenShannon(Of(1, 2)), 1e-15);
    }

    [Fact]
    public void Without_values_there_is_no_share_no_divergence_and_no_quantile()
    {
        Assert.Equal(double.NaN, Of().Share(1));
        Assert.All([Of().JensenShannon(Of()), Of(1).JensenShannon(Of()), Of().JensenShannon(Of(1))], divergence => Assert.Equal(double.NaN, divergence));
        Assert.Contains("values: found none", Assert.Throws<InvalidInputException>(() => Of().Quantile(0.5)).Message);
    }

    [Fact]
    public void Quantiles_are_values_that_were_seen()
    {
        var distribution = Of(9, 1, 5, 5);
        Assert.Equal([1, 1, 5, 5, 9, 9], new[] { 0, 0.25, 0.26, 0.75, 0.76, 1 }.Select(distribution.Quantile));
        Assert.Equal((4, 0.5, 0.0), (distribution.Total, distribution.Share(5), distribution.Share(2)));
    }
}
