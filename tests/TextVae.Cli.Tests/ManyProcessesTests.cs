using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace TextVae.Cli.Tests;

/// <summary><c>mpirun -np 2 textvae train</c>: two processes train one model.</summary>
public class ManyProcessesTests
{
    // As variables, which MPICH does not mind: Open MPI wants no root, and no more processes than cores, unless told (4 and 5 by different names).
    private const string Setup = "export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1 PRTE_MCA_rmaps_default_mapping_policy=:oversubscribe";

    // Each process leaves its number behind, by its rank.
    private const string Two = Setup + "; exec mpirun -np 2 bash -c 'echo $$ > process-${OMPI_COMM_WORLD_RANK:-$PMI_RANK}; exec \"$0\" \"$@\"' \"$0\"";

    [Fact]
    public void Two_processes_train_what_one_does_and_one_that_is_killed_costs_no_more_than_the_steps_since_the_last_checkpoint()
    {
        SkipWithoutLauncher();
        using var folder = TinyCorpus.Prepare();
        const string Train = "train tiny.json --data animals.txt --set training.checkpointEvery=100000";
        string[] one = ["train", "tiny.json", "--data", "animals.txt", "--set", "training.checkpointEvery=100000", "--threads", "2", "--out", "one", "--steps", "3"];
        TextVaeProcess.Run(folder, one).Succeeded();
        var whole = new RunFiles(folder["whole"]);
        Run(folder, $"{Train} --out whole --steps 3").Succeeded();
        AssertAlike(new RunFiles(folder["one"]), whole);
        Run(folder, "train --resume --out whole --steps 40").Succeeded();

        var run = new RunFiles(folder["run"]);
        using (var asked = TextVaeProcess.StartShell(folder, $"{Two} {Train} --out run"))
        {
            asked.Await(() => run.LastStep >= 4);
            TextVaeProcess.Signal(Process(folder, 1), TextVaeProcess.Terminate); // one is asked, and the launcher does not know
            var stopped = asked.Wait();
            Assert.True(stopped.ExitCode != 0, stopped.Error);
            Assert.Contains("Stopped and saved. Go on with: textvae train --resume --out run", stopped.Error, StringComparison.Ordinal);
        }
        string[] saved = run.Checkpoints;
        Assert.Single(saved);
        var first = long.Parse(saved[0], CultureInfo.InvariantCulture);
        Assert.InRange(first, 4, 39);

        using (var losing = TextVaeProcess.StartShell(folder, $"{Two} train --resume --out run"))
        {
            losing.Await(() => run.LastStep >= first + 1);
            TextVaeProcess.Signal(Process(folder, 1), TextVaeProcess.KillAtOnce);
            var lost = losing.Wait();
            Assert.True(lost.ExitCode != 0, lost.Error);
            Assert.DoesNotContain("Stopped and saved", lost.Error, StringComparison.Ordinal);
        }
        Assert.Equal(saved, run.Checkpoints);

        Run(folder, "train --resume --out run").Succeeded();
        Assert.Equal(whole.Hashes, run.Hashes);

        var alone = TextVaeProcess.Run(folder, "train", "--resume", "--out", "run", "--steps", "41");
        alone.Succeeded();
        Assert.Contains("the run had 2 processes and goes on with 1: it rounds otherwise", alone.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_all_processes_find_is_said_once()
    {
        SkipWithoutLauncher();
        using var folder = TinyCorpus.Prepare();
        var refused = Run(folder, "train tiny.json --data - --out run");
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Equal("textvae: the data is standard input; expected files, which each of 2 processes can read", Assert.Single(refused.ErrorLines, line => line.Contains("textvae:", StringComparison.Ordinal)));
        Assert.False(Directory.Exists(folder["run"]));
    }

    private static int Process(TemporaryFolder folder, int rank) => int.Parse(File.ReadAllText(folder[$"process-{rank}"]), CultureInfo.InvariantCulture);

    private static Ended Run(TemporaryFolder folder, string command)
    {
        using var process = TextVaeProcess.StartShell(folder, $"{Two} {command}");
        return process.Wait();
    }

    /// <summary>The terms and weights of the first steps, which differ by rounding alone, but for biases before a normalisation, which are nothing else.</summary>
    private static void AssertAlike(RunFiles one, RunFiles two)
    {
        foreach (var (expected, actual) in one.MetricsOf("training").Zip(two.MetricsOf("training")))
        {
            foreach (var term in new[] { "reconstruction", "kl", "auxiliary", "gradient_norm" })
            {
                Assert.Equal(expected.GetProperty(term).GetDouble(), actual.GetProperty(term).GetDouble(), tolerance: 1e-3);
            }
        }
        var (weights, others) = (Weights(one["model.safetensors"]), Weights(two["model.safetensors"]));
        Assert.Equal(weights.Keys.Order(), others.Keys.Order());
        foreach (var (name, values) in weights.Where(tensor => !(tensor.Key.Contains("convolution", StringComparison.Ordinal) && tensor.Key.EndsWith("bias", StringComparison.Ordinal))))
        {
            Assert.All(values.Zip(others[name]), pair => Assert.Equal(pair.First, pair.Second, tolerance: 2e-3f));
        }
    }

    private static Dictionary<string, float[]> Weights(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var header = (int)BitConverter.ToInt64(bytes, 0);
        return JsonElement.Parse(bytes.AsSpan(8, header)).EnumerateObject()
            .Where(tensor => tensor.Name != "__metadata__" && tensor.Value.GetProperty("dtype").GetString() == "F32")
            .ToDictionary(tensor => tensor.Name, tensor =>
            {
                var (from, to) = (tensor.Value.GetProperty("data_offsets")[0].GetInt32(), tensor.Value.GetProperty("data_offsets")[1].GetInt32());
                return MemoryMarshal.Cast<byte, float>(bytes.AsSpan(8 + header)[from..to]).ToArray();
            });
    }

    private static void SkipWithoutLauncher() => Assert.SkipUnless(
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "mpirun"))), "needs mpirun");
}
