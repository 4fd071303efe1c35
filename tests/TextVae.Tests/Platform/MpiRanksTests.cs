using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using TextVae.Platform;

namespace TextVae.Tests.Platform;

public unsafe partial class MpiRanksTests
{
    private const int Processes = 3;

    // As variables, which MPICH does not mind: Open MPI wants no root, and no more processes than cores, unless told (4 and 5 by different names).
    private const string Setup = "export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1 PRTE_MCA_rmaps_default_mapping_policy=:oversubscribe";

    [Fact]
    public void A_process_that_no_launcher_started_is_alone_and_loads_no_library()
    {
        var ranks = Ranks.Join();
        Assert.Equal((0, 1), (ranks.Rank, ranks.Count));
        var value = 2f;
        ranks.Sum(&value, 1);
        Assert.Equal(2f, value);
        Assert.True(ranks.AreSame(1));
        if (OperatingSystem.IsLinux())
        {
            Assert.DoesNotContain("libmpi", File.ReadAllText("/proc/self/maps"), StringComparison.Ordinal);
        }
        ranks.Finish();
    }

    [Fact]
    public void Ranks_sum_to_the_same_bits_and_know_who_differs_and_one_can_end_all()
    {
        SkipWithoutLauncher();
        using var folder = new TemporaryFolder();
        var together = Run("compute with all ranks", folder["ranks"]);
        Assert.True(together.ExitCode == 0, together.Output);
        var hashes = Agreement().Matches(together.Output).Select(match => match.Groups["hash"].Value).ToList();
        Assert.True(hashes.Count == Processes && hashes.Distinct().Count() == 1, together.Output);

        var aborted = Run("abort all ranks", "7");
        Assert.True(aborted.ExitCode == 7, $"exit code {aborted.ExitCode}: {aborted.Output}");
    }

    [Fact]
    public void A_library_that_is_not_there_is_told_in_one_line() => Refuses(
        "OMPI_COMM_WORLD_SIZE=3 TEXTVAE_MPI_LIBRARY=/none/libmpi.so",
        "MPI: mpirun of Open MPI started 3 processes (OMPI_COMM_WORLD_SIZE), and none of /none/libmpi.so could be loaded; expected ");

    [Fact]
    public void A_library_that_is_not_the_launchers_is_told_in_one_line()
    {
        SkipWithoutLauncher();
        Refuses("PMI_SIZE=3 PMI_RANK=0", "MPI: mpirun of MPICH or Intel MPI started 3 processes (PMI_SIZE), and libmpi", ") found 1; expected the launcher's own library");
    }

    /// <summary>In a child.</summary>
    internal static void Join(string argument) => Ranks.Join();

    /// <summary>In a child; parts of what is summed go through several calls.</summary>
    internal static void ComputeTogether(string folder)
    {
        var ranks = MpiRanks.Join(MpiLauncher.Find(Environment.GetEnvironmentVariable)!, mostAtOnce: 40_000);
        Assert.Equal(Processes, ranks.Count);

        // Before the barrier each leaves a file; after it each finds all.
        File.WriteAllText($"{folder}-{ranks.Rank}", "");
        ranks.Barrier();
        Assert.All(Enumerable.Range(0, Processes), rank => Assert.True(File.Exists($"{folder}-{rank}")));

        foreach (var count in new[] { 0, 1, 999, 100_003 })
        {
            var floats = Enumerable.Range(0, count).Select(index => (float)(index + ranks.Rank)).ToArray();
            Assert.Equal(Enumerable.Range(0, count).Select(index => (float)(Processes * (index + 1))), Sum(ranks, floats));
            var doubles = floats.Select(value => value / 4.0).ToArray();
            var expected = floats.Select(value => Processes * value / 4.0).ToArray();
            fixed (double* first = doubles)
            {
                ranks.Sum(first, count);
            }
            Assert.Equal(expected, doubles);
        }

        // Another thread may call; its method is the library's, as those of this assembly wait for the end of the task.
        var other = new Thread(ranks.Barrier);
        other.Start();
        other.Join();

        // What cannot be exact is the same on all ranks, and the next time.
        var hash = Hash(Sum(ranks, RandomValues(seed: ranks.Rank)));
        Assert.Equal(hash, Hash(Sum(ranks, RandomValues(seed: ranks.Rank))));
        Assert.True(ranks.AreSame(hash));
        Assert.False(ranks.AreSame(ranks.Rank == 1 ? ~hash : hash));

        var bytes = Enumerable.Range(0, 100_003).Select(index => (byte)(index * (ranks.Rank + 1))).ToArray();
        ranks.Broadcast(bytes);
        Assert.Equal(Enumerable.Range(0, 100_003).Select(index => (byte)index), bytes);

        Assert.Throws<NullReferenceException>(() => Nothing()!.Length); // the signal behind it is still .NET's
        Console.WriteLine($"rank {ranks.Rank} has {hash:x16}");
        ranks.Finish();
    }

    /// <summary>In a child: one ends all, which wait for it.</summary>
    internal static void Abort(string exitCode)
    {
        var ranks = Ranks.Join();
        if (ranks.Rank == 1)
        {
            ranks.Abort(int.Parse(exitCode));
        }
        ranks.Barrier();
    }

    private static float[] Sum(Ranks ranks, float[] values)
    {
        fixed (float* first = values)
        {
            ranks.Sum(first, values.Length);
        }
        return values;
    }

    private static float[] RandomValues(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, 100_003).Select(_ => (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-6, 6))))];
    }

    private static ulong Hash(float[] values) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes<float>(values));

    private static string? Nothing() => null;

    private static ChildProcess Run(string task, string argument) =>
        ChildProcess.Finish(ChildProcess.Start(task, argument, $"{Setup}; exec timeout 120 mpirun -np {Processes} \"$0\" 2>&1 </dev/null"));

    private static void Refuses(string variables, params string[] parts)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs bash");
        var refused = ChildProcess.Finish(ChildProcess.Start("join the ranks", "", $"export {variables}"));
        Assert.Equal((int)InputKind.Device, refused.ExitCode);
        Assert.All(parts, part => Assert.Contains(part, Assert.Single(refused.Output.Trim().Split('\n')), StringComparison.Ordinal));
    }

    private static void SkipWithoutLauncher() => Assert.SkipUnless(
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "mpirun"))), "needs mpirun");

    [GeneratedRegex("rank [0-9]+ has (?<hash>[0-9a-f]{16})")]
    private static partial Regex Agreement();
}
