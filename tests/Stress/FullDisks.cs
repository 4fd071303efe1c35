namespace TextVae.Stress;

/// <summary>A disk that fills up while a checkpoint is written, played by a limit on the length of files.</summary>
internal sealed class FullDisks : IPromise
{
    public string Name => "disks";

    public string Promise => "A full disk costs no checkpoint: the run says so and ends with exit code 3, the last checkpoint stays, and it goes on to the same weights";

    public string Test => "a limit on the length of files (`prlimit --fsize`), at sizes spread over those of a checkpoint, set while the run trains";

    public string Try(Dose dose)
    {
        var model = TinyModel.Hybrid;
        using var folder = model.Prepare();
        TextVaeProcess.Run(folder, model.Train("whole")).Succeeded();
        var whole = new RunFiles(folder["whole"]);
        var (largest, sizes) = (new FileInfo(whole["checkpoints", whole.Checkpoints[^1], "optimizer.safetensors"]).Length, dose.Of(small: 3, full: 10));
        for (var size = 1; size <= sizes; size++)
        {
            FillUp(folder, model, $"run-{size}", (int)(largest * size / (sizes + 1)), whole.Hashes);
        }
        return $"{sizes} sizes from {largest / (sizes + 1):N0} to {largest * sizes / (sizes + 1):N0} bytes: {sizes} of {sizes} kept the checkpoint and ended with the same weights";
    }

    private static void FillUp(TemporaryFolder folder, TinyModel model, string name, int bytes, string[] whole)
    {
        var run = new RunFiles(folder[name]);
        TextVaeProcess.Run(folder, [.. model.Train(name), "--steps", "6", "--set", "training.checkpointEvery=1000"]).Succeeded();
        using var process = TextVaeProcess.StartLimitable(folder, "train", "--resume", "--out", name, "--steps", "40");
        SpinWait.SpinUntil(() => run.LastStep >= 8 || process.HasEnded, TimeSpan.FromMinutes(5));
        process.LimitFiles(bytes);

        var ended = process.Wait();

        Assert.True(ended.ExitCode == 3, $"{bytes} bytes: found exit code {ended.ExitCode}: {ended.Error}");
        Assert.Equal(["000000006"], run.Checkpoints);
        Assert.False(run.IsSaving, $"{bytes} bytes: half a file is still there");
        TextVaeProcess.Run(folder, "train", "--resume", "--out", name).Succeeded();
        Assert.Equal(whole, run.Hashes);
    }
}
