using System.Text.Json;

namespace TextVae.Cli.Tests.Commands;

public class InfoAndDoctorTests(TrainedRun trained)
{
    [Fact]
    public void Info_names_every_tensor_once_and_counts_the_parameters()
    {
        trained.Training.Succeeded();
        var info = JsonElement.Parse(Assert.Single(TextVaeProcess.Run(trained.Folder, "info", "run", "--json").Succeeded()));

        var learned = info.GetProperty("tensors").EnumerateArray()
            .Where(tensor => tensor.GetProperty("name").GetString()! is var name && !name.Contains("running_", StringComparison.Ordinal) && !name.EndsWith("num_batches_tracked", StringComparison.Ordinal))
            .Sum(tensor => tensor.GetProperty("shape").EnumerateArray().Aggregate(1L, (size, number) => size * number.GetInt64()));
        Assert.Equal(info.GetProperty("parameters").GetInt64(), learned);
        Assert.Equal((16, 4), (info.GetProperty("length").GetInt32(), info.GetProperty("latent").GetInt32()));
    }

    [Fact]
    public void Info_for_people_says_first_what_they_want_and_tensors_where_asked()
    {
        using var folder = trained.Copy();
        var lines = TextVaeProcess.Run(folder, "info", "run").Succeeded();
        Assert.All(
            ["recipe        tiny.json", "data          ", "texts         of up to 16 tokens", "model         ", "training      40 of 40 steps of ", "bound         ", "reconstructs  ", "samples       "],
            begin => Assert.Contains(lines, line => line.StartsWith(begin, StringComparison.Ordinal)));
        Assert.Contains(lines, line => line.EndsWith(trained.Folder["animals.txt"], StringComparison.Ordinal));
        Assert.InRange(lines.Length, 8, 16);
        Assert.Contains(
            TextVaeProcess.Run(folder, "info", "run", "--tensors").Succeeded(),
            line => line.Contains("convolutions.blocks.normalization0.num_batches_tracked", StringComparison.Ordinal)); // no name is wrapped

        File.AppendAllText(folder["run", "metrics.jsonl"], "{\"kind\":\"validation\",\"st");
        var info = JsonElement.Parse(Assert.Single(TextVaeProcess.Run(folder, "info", "run", "--json").Succeeded()));
        Assert.Equal((40, 40, 40), (info.GetProperty("step").GetInt32(), info.GetProperty("steps").GetInt32(), info.GetProperty("validation").GetProperty("step").GetInt32()));
        File.Delete(folder["run", "metrics.jsonl"]);
        Assert.Contains(TextVaeProcess.Run(folder, "info", "run").Succeeded(), line => line.Contains("metrics.jsonl says not how many are done", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Threads_are_as_many_as_the_cores_that_a_container_may_use(int cores)
    {
        using var folder = new TemporaryFolder();
        var machine = JsonElement.Parse(Assert.Single(TextVaeProcess.Shell(folder, $"DOTNET_PROCESSOR_COUNT={cores} OMP_NUM_THREADS=7 textvae doctor --json").Succeeded())).GetProperty("machine");
        Assert.Equal((cores, cores), (machine.GetProperty("logical_cores").GetInt32(), machine.GetProperty("torch_threads").GetInt32()));
    }

    [Fact]
    public void Doctor_says_what_the_machine_is()
    {
        using var folder = new TemporaryFolder();
        var doctor = JsonElement.Parse(Assert.Single(TextVaeProcess.Run(folder, "doctor", "--json").Succeeded()));
        Assert.True(doctor.GetProperty("float32_gflops").GetDouble() > 0);
        Assert.Equal(Environment.ProcessorCount, doctor.GetProperty("machine").GetProperty("logical_cores").GetInt32());
        Assert.Contains(TextVaeProcess.Run(folder, "doctor").Succeeded(), line => line.Contains("libtorch", StringComparison.Ordinal));
    }
}
