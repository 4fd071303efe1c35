using System.Text.Json;

namespace TextVae.Cli.Tests;

/// <summary>A run killed with SIGKILL at any moment and resumed ends as one that was never interrupted, to the bit.</summary>
public class KilledRunTests(TrainedRun uninterrupted)
{
    private static readonly string[] Train = ["train", "tiny.json", "--data", "animals.txt", "--out", "run"];

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(13)]
    [InlineData(17)]
    public void Killed_as_soon_as_a_step_is_reported(int step)
    {
        using var folder = TinyCorpus.Prepare();
        var run = new RunFiles(folder["run"]);

        KillWhen(folder, Train, () => run.LastStep >= step);

        AssertResumesToTheSame(folder, run);
    }

    [Fact]
    public void Killed_inside_saves_several_times_in_one_run()
    {
        using var folder = TinyCorpus.Prepare();
        var run = new RunFiles(folder["run"]);
        var inside = 0;
        foreach (var step in new[] { 2, 6, 10, 14, 18 })
        {
            KillWhen(folder, [.. Train, "--resume"], () => run.LastStep >= step && run.IsSaving);
            inside += run.IsSaving ? 1 : 0; // what it was writing is still there
        }

        Assert.True(inside > 0, "no kill met a save");
        AssertResumesToTheSame(folder, run);
        Assert.False(run.IsSaving, "what the killed processes left is still there");
    }

    [Fact]
    public void Killed_before_the_first_checkpoint()
    {
        using var folder = TinyCorpus.Prepare();
        var run = new RunFiles(folder["run"]);

        KillWhen(folder, [.. Train, "--set", "training.checkpointEvery=30"], () => run.LastStep >= 7);

        Assert.Empty(run.Checkpoints);
        AssertResumesToTheSame(folder, run);
    }

    [Fact]
    public void Killed_before_the_first_step_and_far_from_the_last_checkpoint()
    {
        using var folder = TinyCorpus.Prepare();
        var run = new RunFiles(folder["run"]);
        string[] seldom = ["--set", "training.checkpointEvery=12"];

        KillWhen(folder, [.. Train, .. seldom], () => File.Exists(run["training.json"]));
        KillWhen(folder, ["train", "--resume", "--out", "run"], () => run.LastStep >= 20);

        Assert.Equal(["000000012"], run.Checkpoints);
        AssertResumesToTheSame(folder, run);
    }

    [Fact]
    public void A_line_that_a_kill_cut_in_two_is_written_again()
    {
        using var folder = TinyCorpus.Prepare();
        var run = new RunFiles(folder["run"]);
        KillWhen(folder, Train, () => run.LastStep >= 6);
        File.AppendAllText(run["metrics.jsonl"], "{\"kind\":\"training\",\"step\":");

        AssertResumesToTheSame(folder, run);
    }

    private static void KillWhen(TemporaryFolder folder, string[] arguments, Func<bool> moment)
    {
        using var process = TextVaeProcess.Start(folder, arguments);
        process.Await(moment);
        process.Kill();
    }

    private void AssertResumesToTheSame(TemporaryFolder folder, RunFiles run)
    {
        TextVaeProcess.Run(folder, "train", "--resume", "--out", "run").Succeeded();

        uninterrupted.Training.Succeeded();
        Assert.Equal(uninterrupted.Files.Hashes, run.Hashes);
        Assert.Equal(uninterrupted.Files.Metrics.Select(Reproducible), run.Metrics.Select(Reproducible));
    }

    /// <summary>A line of metrics.jsonl without what a clock measured.</summary>
    private static string Reproducible(JsonElement line) => string.Join(", ", line.EnumerateObject()
        .Where(property => property.Name is not ("seconds" or "characters_per_second")));
}
