namespace TextVae.Cli.Tests;

/// <summary>A disk that fills up while a run is saved, played by a limit on the length of files.</summary>
public class FullDiskTests(TrainedRun uninterrupted)
{
    [Theory]
    [InlineData(24_000, 1000, "optimizer.safetensors")] // the weights still fit, so a checkpoint is half written
    [InlineData(14_000, 1000, "model.safetensors")]
    [InlineData(100, 1, "")] // the logs, which are dispensable, and then the weights
    public void The_old_checkpoint_stays_usable(int bytes, int reportEvery, string full)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs prlimit and a signal that can be ignored");
        using var folder = TinyCorpus.Prepare();
        var run = new RunFiles(folder["run"]);
        // A checkpoint at step 6, and the next one at step 40.
        TextVaeProcess.Run(folder, "train", "tiny.json", "--data", "animals.txt", "--out", "run", "--steps", "6",
            "--set", "training.checkpointEvery=1000", "--set", $"training.reportEvery={reportEvery}").Succeeded();
        using var process = TextVaeProcess.StartLimitable(folder, "train", "--resume", "--out", "run", "--steps", "40");
        process.Await(() => run.LastStep >= 11);

        process.LimitFiles(bytes);

        Refusal.AfterProgress(3, process.Wait(), full, "not written", "larger than the system allows");
        Assert.Equal(["000000006"], run.Checkpoints);
        Assert.False(run.IsSaving, "half a file is still there");
        TextVaeProcess.Run(folder, "sample", "run", "-n", "1").Succeeded();
        TextVaeProcess.Run(folder, "train", "--resume", "--out", "run").Succeeded();
        uninterrupted.Training.Succeeded();
        Assert.Equal(uninterrupted.Files.Hashes, run.Hashes);
    }
}
