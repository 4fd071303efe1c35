namespace TextVae.Cli.Tests;

/// <summary>Two trainings never share a run folder.</summary>
public class OneWriterTests(TrainedRun trained)
{
    private static readonly string[] Long = ["train", "tiny.json", "--data", "animals.txt", "--steps", "100000000", "--set", "training.reportEvery=100", "--set", "training.validateEvery=1000", "--set", "training.checkpointEvery=100"];

    [Theory]
    [InlineData("train", "tiny.json", "--data", "animals.txt", "--out", "run")]
    [InlineData("train", "tiny.json", "--data", "animals.txt", "--out", "run", "--resume")]
    [InlineData("train", "--resume", "--out", "run")]
    public void A_second_training_into_a_folder_is_refused_and_names_the_first(params string[] second)
    {
        using var folder = TinyCorpus.Prepare();
        var run = new RunFiles(folder["run"]);
        using var first = TextVaeProcess.Start(folder, [.. Long, "--out", "run"]);
        first.Await(() => run.LastStep >= 100 && run.Checkpoints.Length > 0);

        Refusal.Of(3, TextVaeProcess.Run(folder, second), "run: ", $"process {first.Id} on {Environment.MachineName} since 20");

        TextVaeProcess.Run(folder, "sample", "run", "-n", "1").Succeeded(); // who reads is no second writer
        Assert.False(first.HasEnded);
        first.Kill();
        TextVaeProcess.Run(folder, "train", "--resume", "--out", "run", "--steps", $"{long.Parse(run.Checkpoints[^1]) + 100}").Succeeded();
        Assert.False(File.Exists(run["training.lock"]));
    }

    [Fact]
    public void Trainings_at_once_without_a_folder_each_get_their_own()
    {
        using var folder = TinyCorpus.Prepare();
        var processes = Enumerable.Range(0, 3).Select(_ => TextVaeProcess.Start(folder, "train", "tiny.json", "--data", "animals.txt")).ToList();
        Assert.All(processes, process => process.Wait().Succeeded());
        processes.ForEach(process => process.Dispose());

        trained.Training.Succeeded();
        Assert.Equal(["tiny", "tiny-2", "tiny-3"], Directory.GetDirectories(folder["runs"]).Select(Path.GetFileName).Order());
        Assert.All(Directory.GetDirectories(folder["runs"]), run => Assert.Equal(trained.Files.Hashes, new RunFiles(run).Hashes));
    }

    [Fact]
    public void Of_trainings_at_once_into_one_folder_one_trains()
    {
        using var folder = TinyCorpus.Prepare();
        var processes = Enumerable.Range(0, 3).Select(_ => TextVaeProcess.Start(folder, "train", "tiny.json", "--data", "animals.txt", "--out", "run")).ToList();
        var ended = processes.ConvertAll(process => process.Wait());
        processes.ForEach(process => process.Dispose());

        Assert.Single(ended, process => process.ExitCode == 0);
        Assert.All(ended.Where(process => process.ExitCode != 0), process => Assert.Contains(process.ExitCode, new[] { 1, 3 })); // 1: it came when the run was done
        trained.Training.Succeeded();
        Assert.Equal(trained.Files.Hashes, new RunFiles(folder["run"]).Hashes);
    }

    [Fact]
    public void A_training_that_does_not_begin_leaves_no_folder()
    {
        using var folder = TinyCorpus.Prepare();
        Refusal.Of(2, TextVaeProcess.Run(folder, "train", "tiny.json", "--data", "nothing.txt"), "nothing.txt");
        Assert.False(Directory.Exists(folder["runs", "tiny"]));
    }
}
