using TextVae.Texts;

namespace TextVae.Tests.Texts;

public class ReservoirTests
{
    private static IReadOnlyList<int> Sample(int of, long seed)
    {
        var reservoir = new Reservoir<int>(10, seed);
        foreach (var item in Enumerable.Range(0, of))
        {
            reservoir.Add(item);
        }
        return reservoir.Kept;
    }

    [Fact]
    public void What_fits_is_kept_and_else_so_many_that_the_seed_chooses()
    {
        Assert.Equal(Enumerable.Range(0, 10), Sample(10, 1));
        Assert.Equal(10, Sample(1000, 1).Distinct().Count());
        Assert.Equal(Sample(1000, 1), Sample(1000, 1));
        Assert.NotEqual(Sample(1000, 1), Sample(1000, 2));
    }

    [Fact]
    public void Each_item_is_as_probable_as_any_other()
    {
        var counts = Enumerable.Range(0, 4000).SelectMany(seed => Sample(40, seed)).CountBy(item => item).ToDictionary();
        Assert.All(Enumerable.Range(0, 40), item => Assert.InRange(counts[item], 850, 1150)); // 1,000 expected, deviation 27
    }
}
