using TextVae.Platform;

namespace TextVae.Tests.Platform;

public class CoreShareTests
{
    [Fact]
    public void Processes_that_may_use_the_same_cores_share_them_and_each_has_one_at_least()
    {
        Assert.Equal(Environment.ProcessorCount, CoreShare.Threads(Ranks.Alone));
        foreach (var count in new[] { 2, 40 })
        {
            var shares = ThreadRanks.Run(count, CoreShare.Threads);
            Assert.All(shares, share => Assert.Equal(int.Max(1, Environment.ProcessorCount / count), share));
        }
    }
}
