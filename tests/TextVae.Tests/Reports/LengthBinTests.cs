using TextVae.Reports;
using TextVae.Texts;

namespace TextVae.Tests.Reports;

public class LengthBinTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(23)]
    [InlineData(24)]
    [InlineData(1_000)]
    public void Every_text_is_in_one_bin(int longest)
    {
        var bins = LengthBin.Of(Lengths(0, 2), Lengths(1), Lengths(2, longest));
        Assert.InRange(bins.Count, 2, 24);
        Assert.All([bins.Sum(bin => bin.Samples), bins.Sum(bin => bin.HeldOut), bins.Sum(bin => bin.Training)], sum => Assert.Equal(1, sum, 1e-12));
        Assert.Equal(bins.Skip(1).Select(bin => bin.From), bins.SkipLast(1).Select(bin => bin.To + 1));
        Assert.InRange(longest, bins[^1].From, bins[^1].To);
    }

    private static EmpiricalDistribution<int> Lengths(params int[] lengths)
    {
        var distribution = new EmpiricalDistribution<int>();
        Array.ForEach(lengths, distribution.Add);
        return distribution;
    }
}
