namespace TextVae.Cli.Tests;

/// <summary>Ctrl-C and SIGTERM save a training and stop; a second one stops at once. Other work just stops.</summary>
public class SignalTests(TrainedRun uninterrupted)
{
    [Theory]
    [InlineData(TextVaeProcess.Interrupt, 130)]
    [InlineData(TextVaeProcess.Terminate, 143)]
    [InlineData(TextVaeProcess.HangUp, 129)]
    public void A_signal_saves_and_the_resumed_run_ends_the_same(int signal, int exitCode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals");
        using var folder = TinyCorpus.Prepare();
        var run = new RunFiles(folder["run"]);
        using var process = TextVaeProcess.Start(folder, "train", "tiny.json", "--data", "animals.txt", "--out", "run", "--set", "training.checkpointEvery=1000");
        process.Await(() => run.LastStep >= 4);

        process.Signal(signal);
        var ended = process.Wait();

        Assert.Equal((exitCode, ""), (ended.ExitCode, ended.Output));
        Assert.Contains("Stopped and saved", ended.ErrorLines[^1], StringComparison.Ordinal);
        Assert.Equal($"{run.LastStep:D9}", Assert.Single(run.Checkpoints));
        var hint = ended.ErrorLines[^1].Split("textvae ")[1].Split(' '); // what it says, word for word
        TextVaeProcess.Run(folder, hint).Succeeded();
        uninterrupted.Training.Succeeded();
        Assert.Equal(uninterrupted.Files.Hashes, run.Hashes);
    }

    [Theory]
    [InlineData(TextVaeProcess.Interrupt, 130)]
    [InlineData(TextVaeProcess.Terminate, 143)]
    public void A_signal_ends_a_long_validation_and_saves_the_step_before_it(int signal, int exitCode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals");
        using var folder = TinyCorpus.Prepare();
        var run = new RunFiles(folder["run"]);
        Directory.CreateDirectory(folder["texts"]);
        File.Copy(folder["animals.txt"], folder["texts", "train.txt"]);
        File.WriteAllLines(folder["texts", "valid.txt"], Enumerable.Range(0, 1_000_000).Select(number => $"text {number}"));
        using var process = TextVaeProcess.Start(folder, "train", "tiny.json", "--data", "texts", "--out", "run",
            "--set", "training.validateEvery=1", "--set", "training.validationTexts=1000000");
        process.Await(() => run.LastStep >= 1);

        process.Signal(signal);

        Assert.Equal(exitCode, process.Wait().ExitCode);
        Assert.Equal(["000000001"], run.Checkpoints);
        Assert.Empty(run.StepsOf("validation"));
    }

    [Fact]
    public void A_signal_ends_work_with_a_model_and_leaves_no_file_behind()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals");
        using var folder = uninterrupted.Copy();
        File.WriteAllLines(folder["many.txt"], Enumerable.Range(0, 2_000_000).Select(number => $"cat {number}"));
        using var process = TextVaeProcess.Start(folder, "encode", "run", "--data", "many.txt", "--out", "x.jsonl");
        process.Await(() => Directory.GetFiles(folder.Path, ".tmp-x.jsonl-*").Any(path => new FileInfo(path).Length > 0));

        process.Signal(TextVaeProcess.Interrupt);
        var ended = process.Wait();

        Assert.Equal((130, "", ""), (ended.ExitCode, ended.Output, ended.Error));
        Assert.DoesNotContain(Directory.GetFiles(folder.Path), path => path.Contains("x.jsonl", StringComparison.Ordinal));
    }
}
