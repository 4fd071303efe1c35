using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using CsCheck;

namespace TextVae.Tests.Fuzzing;

/// <summary>Reads damaged files: each is refused in one line or serves, at once; no memory is lost. What it saw is the test's output.</summary>
internal static class Fuzz
{
    private const int FewMutations = 200;
    private const long MostGrowth = 64 << 20; // bytes

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30); // a file that is read for so long hangs

    /// <summary>How many: <c>TEXTVAE_FUZZ</c>, or few.</summary>
    private static int Mutations => int.TryParse(Environment.GetEnvironmentVariable("TEXTVAE_FUZZ"), CultureInfo.InvariantCulture, out var count) ? count : FewMutations;

    /// <summary>Damages one of some files at a time.</summary>
    /// <param name="files">Each file and what reads it, where all others are whole.</param>
    public static void Files(IReadOnlyList<(string Path, Action Read)> files)
    {
        var whole = files.Select(file => File.ReadAllBytes(file.Path)).ToArray();
        var (refused, slowest) = (0, TimeSpan.Zero);
        void Try(int index, Mutation? mutation)
        {
            var (path, read) = files[index];
            File.WriteAllBytes(path, mutation?.Apply(whole[index], path) ?? whole[index]);
            var watch = Stopwatch.StartNew();
            try
            {
                read();
            }
            catch (InvalidInputException error) when (mutation is not null)
            {
                Assert.DoesNotContain('\n', error.Message);
                refused++;
            }
            finally
            {
                slowest = watch.Elapsed > slowest ? watch.Elapsed : slowest;
                File.WriteAllBytes(path, whole[index]);
            }
        }
        var any = Gen.Select(Gen.Int[0, files.Count - 1], Mutation.Any);
        Enumerable.Range(0, files.Count).ToList().ForEach(index => Try(index, mutation: null));
        any.Sample(one => Try(one.Item1, one.Item2), iter: FewMutations, threads: 1); // what is made once is made
        (refused, slowest) = (0, TimeSpan.Zero);
        var before = Memory();
        any.Sample(one => Try(one.Item1, one.Item2), iter: Mutations, threads: 1);
        var growth = Memory() - before;
        Assert.InRange(growth, long.MinValue, MostGrowth);
        Assert.InRange(slowest, TimeSpan.Zero, Patience);
        TestContext.Current.TestOutputHelper!.WriteLine(JsonSerializer.Serialize(new { mutations = Mutations, files = files.Count, refused, slowest = slowest.TotalSeconds, growth }));
    }

    private static long Memory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var managed = GC.GetTotalMemory(forceFullCollection: true);
        using var process = Process.GetCurrentProcess();
        return Math.Max(managed, process.WorkingSet64);
    }
}
