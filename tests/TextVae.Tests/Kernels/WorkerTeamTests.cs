using TextVae.Kernels;
using static TorchSharp.torch;

namespace TextVae.Tests.Kernels;

public class WorkerTeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Every_worker_works_once_a_run_and_all_get_the_same_sums(int count)
    {
        using var team = new WorkerTeam(count);
        for (var run = 1; run <= 50; run++)
        {
            var sums = new double[count][];
            team.Run(worker =>
            {
                for (var turn = 0; turn < 20; turn++)
                {
                    double[] values = [worker, turn, run / 3.0];
                    WorkerTeam.Current?.Sum(values);
                    sums[worker] = values;
                }
            });
            Assert.All(sums, values => Assert.Equal(sums[0], values));
            Assert.Equal([count * (count - 1) / 2, count > 1 ? 19 * count : 19], sums[0][..2]);
        }
    }

    [Fact]
    public void Workers_of_several_ranks_add_up_over_all_and_know_how_many_they_are()
    {
        int[] workers = [2, 1, 3];
        var seen = ThreadRanks.Run(workers.Length, ranks =>
        {
            using var team = new WorkerTeam(workers[ranks.Rank], ranks);
            var own = new List<(int Number, int Count, double[] Sums)>();
            team.Run(worker =>
            {
                var member = WorkerTeam.Current!;
                double[] sums = [];
                for (var turn = 0; turn < 20; turn++)
                {
                    sums = [1, team.First + worker, turn];
                    member.Sum(sums);
                }
                lock (own)
                {
                    own.Add((team.First + worker, member.Count, sums));
                }
            });
            Assert.Null(WorkerTeam.Current);
            return own;
        }).SelectMany(own => own).ToList();

        Assert.Equal([0, 1, 2, 3, 4, 5], seen.Select(worker => worker.Number).Order());
        Assert.All(seen, worker => Assert.Equal((6, 6, 15, 19 * 6), (worker.Count, worker.Sums[0], worker.Sums[1], worker.Sums[2])));
    }

    [Fact]
    public async Task On_a_workers_thread_libtorch_has_one_thread_and_elsewhere_as_many_as_before()
    {
        var (before, within) = (get_num_threads(), new int[3]);
        using (var team = new WorkerTeam(3))
        {
            team.Run(worker => within[worker] = get_num_threads());
        }
        Assert.All(within, threads => Assert.Equal(1, threads));
        Assert.Equal(before, get_num_threads());
        Assert.Equal(before, await Task.Run(get_num_threads, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_failure_of_one_reaches_the_caller_though_others_wait_for_it()
    {
        using var team = new WorkerTeam(3);
        var failure = Assert.Throws<InvalidOperationException>(() => team.Run(worker =>
        {
            if (worker == 1)
            {
                throw new InvalidOperationException("worker 1");
            }
            WorkerTeam.Current!.Sum(new double[1]);
        }));
        Assert.Equal("worker 1", failure.Message);
    }

    [Theory]
    [InlineData(1, 10)]
    [InlineData(4, 10)]
    [InlineData(4, 3)]
    public void Rows_are_split_without_gaps(int count, int rows)
    {
        using var team = new WorkerTeam(count);
        var seen = new int[rows];
        team.Split(rows, (from, to, _) =>
        {
            for (var row = from; row < to; row++)
            {
                _ = Interlocked.Increment(ref seen[row]);
            }
        });
        Assert.All(seen, times => Assert.Equal(1, times));
    }
}
