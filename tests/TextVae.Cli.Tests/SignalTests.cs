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

    [Fact]
    public void A_hangup_that_is_ignored_as_under_nohup_ends_nothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs bash and signals");
        using var folder = TinyCorpus.Prepare();
        var ended = TextVaeProcess.Shell(folder, """
            trap '' HUP; textvae train tiny.json --data animals.txt --out run & p=$!
            while [ ! -s run/metrics.jsonl ] && kill -0 $p; do sleep 0.1; done; kill -HUP $p; wait $p
            """);
        ended.Succeeded();
        Assert.Equal(40, new RunFiles(folder["run"]).LastStep);
    }

    [Fact]
    public void A_signal_while_the_texts_are_read_ends_the_program_and_leaves_no_folder()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs bash");
        using var folder = TinyCorpus.Prepare();
        TextVaeProcess.Shell(folder, "textvae train tiny.json --data - --out run < <(sleep 100) & p=$!; "
            + "until [ -s run/training.lock ]; do kill -0 $p || exit 1; sleep 0.1; done; kill -TERM $p; wait $p; [ $? = 143 ]").Succeeded();
        Assert.False(Directory.Exists(folder["run"]));
    }

    [Fact]
    public void A_signal_ends_the_waiting_for_texts_from_a_pipe_and_leaves_no_file()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs bash");
        using var folder = uninterrupted.Copy();
        TextVaeProcess.Shell(folder, "textvae encode run --data - --out x.jsonl < <(sleep 100) & p=$!; "
            + "until ls .tmp-x.jsonl-* 2> /dev/null; do kill -0 $p || exit 1; sleep 0.1; done; kill -TERM $p; wait $p; [ $? = 143 ]").Succeeded();
        Assert.DoesNotContain(Directory.GetFiles(folder.Path), path => path.Contains("x.jsonl", StringComparison.Ordinal));
    }
}
