using TextVae.Kernels;
using static TorchSharp.torch;

namespace TextVae.Tests.Kernels;

public class ThreadTeamTests
{
    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 1)]
    [InlineData(2, 64)]
    [InlineData(5, 7)]
    public void Every_row_has_exactly_one_worker_and_their_numbers_are_consecutive(int threads, int rows) => WithThreads(threads, () =>
    {
        var owners = new List<int>[rows];
        var workers = new int[ThreadTeam.Workers(rows)];
        ThreadTeam.Run(rows, (from, to, worker) =>
        {
            _ = Interlocked.Increment(ref workers[worker]);
            for (var row = from; row < to; row++)
            {
                (owners[row] ??= []).Add(worker);
            }
        });
        Assert.All(owners, owner => Assert.Single(owner));
        Assert.All(workers, calls => Assert.Equal(1, calls));
        Assert.Equal(Math.Min(threads, rows), workers.Length);
    });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_failure_reaches_the_caller(int threads) => WithThreads(threads, () =>
    {
        var failure = Assert.Throws<InvalidOperationException>(() =>
            ThreadTeam.Run(8, (from, _, _) => throw new InvalidOperationException($"at {from}")));
        Assert.StartsWith("at ", failure.Message, StringComparison.Ordinal);
    });

    internal static void WithThreads(int threads, Action action)
    {
        var before = get_num_threads();
        try
        {
            set_num_threads(threads);
            action();
        }
        finally
        {
            set_num_threads(before);
        }
    }
}
