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

    [Theory]
    [InlineData("encode", "run", "--data", "pipe.txt", "--out", "x.npy")]
    [InlineData("decode", "run", "--vectors", "pipe.jsonl")]
    [InlineData("decode", "run", "--vectors", "pipe.jsonl", "--out", "x.csv")]
    [InlineData("score", "run", "--data", "pipe.txt")]
    [InlineData("neighbors", "run", "cat eats owls", "--data", "pipe.txt")]
    public void A_signal_ends_the_reading_of_a_silent_pipe_and_nothing_is_left(params string[] arguments)
    {
        using var folder = WithPipes();
        using var process = TextVaeProcess.Start(folder, arguments);
        using var silent = Writing(folder, arguments);

        process.Signal(TextVaeProcess.Terminate);

        Assert.Equal(143, process.Wait().ExitCode);
        NothingIsLeft(folder);
    }

    [Theory]
    [InlineData("train tiny.json --out new")]
    [InlineData("evaluate run")]
    [InlineData("bench")]
    public void A_signal_ends_the_wait_for_standard_input_that_is_kept_and_no_run_is_left(string command)
    {
        using var folder = WithPipes();
        using var process = TextVaeProcess.StartShell(folder, $"exec \"$0\" {command} --data - <> pipe.txt");
        process.Await(() => process.HasOpened(folder["cache"]));

        process.Signal(TextVaeProcess.Terminate);

        Assert.Equal(143, process.Wait().ExitCode);
        NothingIsLeft(folder);
    }

    [Theory]
    [InlineData("decode", "run", "--vectors", "pipe.jsonl", "--out", "x.csv")]
    [InlineData("score", "run", "--data", "pipe.txt")]
    public void A_signal_ends_the_first_process_of_a_container_too(params string[] arguments)
    {
        using var folder = WithPipes();
        using var process = TextVaeProcess.StartFirst(folder, arguments);
        using var silent = Writing(folder, arguments);

        process.SignalFirst(TextVaeProcess.Terminate);

        Assert.Equal(143, process.Wait().ExitCode);
        NothingIsLeft(folder);
    }

    [Theory]
    [InlineData(TextVaeProcess.Terminate, 143)]
    [InlineData(TextVaeProcess.Interrupt, 130)]
    [InlineData(TextVaeProcess.HangUp, 129)]
    public void A_signal_ends_the_reading_of_texts_and_the_learning_of_byte_pairs_and_no_run_is_left(int signal, int exitCode)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc");
        using var folder = TinyCorpus.Prepare();
        WriteManyTexts(folder);
        using var process = TextVaeProcess.Start(folder, "train", "tiny.json", "--data", "many.txt", "--out", "new", "--set", "data.tokenizer=subwords", "--set", "data.vocabularySize=60000");
        process.Await(() => process.HasOpened(folder["many.txt"]));

        process.Signal(signal);

        Assert.Equal(exitCode, process.Wait().ExitCode);
        NothingIsLeft(folder);
    }

    [Fact]
    public void A_signal_ends_the_packing_of_texts_and_no_run_is_left()
    {
        using var folder = TinyCorpus.Prepare();
        WriteManyTexts(folder);
        using var process = TextVaeProcess.Start(folder, "train", "tiny.json", "--data", "many.txt", "--out", "new");
        process.Await(() => Directory.Exists(folder["cache"]) && Directory.EnumerateFiles(folder["cache"], ".tmp-*").Any());

        process.Signal(TextVaeProcess.Terminate);

        Assert.Equal(143, process.Wait().ExitCode);
        NothingIsLeft(folder);
    }

    [Fact]
    public void A_signal_ends_the_drawing_of_unique_texts_and_what_was_drawn_stays()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals");
        using var folder = uninterrupted.Copy();
        using var process = TextVaeProcess.Start(folder, "sample", "run", "-n", "1000000", "--unique", "--temperature", "3", "--out", "x.txt");
        process.Await(() => Directory.EnumerateFiles(folder.Path, ".tmp-x.txt-*").Any());

        process.Signal(TextVaeProcess.Terminate);

        Assert.Equal(143, process.Wait().ExitCode);
        Assert.True(File.Exists(folder["x.txt"]));
        Assert.Empty(Directory.EnumerateFiles(folder.Path, ".tmp-*"));
    }

    [Fact]
    public void A_signal_that_was_ignored_at_the_start_stays_ignored()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals");
        using var folder = TinyCorpus.Prepare();
        var run = new RunFiles(folder["run"]);
        using var process = TextVaeProcess.StartShell(folder, "trap '' HUP; exec \"$0\" train tiny.json --data animals.txt --out run --steps 100000000"); // as nohup does
        process.Await(() => run.LastStep >= 4);

        process.Signal(TextVaeProcess.HangUp);

        var step = run.LastStep;
        process.Await(() => run.LastStep >= step + 20);
        process.Signal(TextVaeProcess.Terminate);
        Assert.Equal(143, process.Wait().ExitCode);
    }

    [Fact]
    public void A_signal_stops_and_saves_a_training_whose_notes_nobody_reads()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs bash");
        using var folder = TinyCorpus.Prepare();
        var run = new RunFiles(folder["run"]);
        using var process = TextVaeProcess.StartShell(folder, """
            mkfifo notes; exec 3<>notes; head -c 64512 /dev/zero >&3
            exec "$0" train tiny.json --data animals.txt --out run --steps 100000000 --set training.validateEvery=4 --set training.checkpointEvery=100000000 2>notes
            """);
        process.Await(() => run.LastStep >= 4); // the texts of its validation have no room in the pipe

        process.Signal(TextVaeProcess.Terminate);

        Assert.Equal(143, process.Wait().ExitCode);
        Assert.Single(run.Checkpoints);
    }

    private static void WriteManyTexts(TemporaryFolder folder)
    {
        var random = new Random(1);
        File.WriteAllLines(folder["many.txt"], Enumerable.Range(0, 1_000_000).Select(_ => $"{random.Next():x} {random.Next() % 1000}"));
    }

    private static void NothingIsLeft(TemporaryFolder folder)
    {
        Assert.False(Directory.Exists(folder["new"]));
        Assert.DoesNotContain(Directory.GetFiles(folder.Path), path => Path.GetFileName(path) is ['x', '.', ..] or ['.', 't', 'm', 'p', ..]);
    }

    /// <summary>A copy of the run, and pipes that nobody writes into.</summary>
    private TemporaryFolder WithPipes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs mkfifo");
        var folder = uninterrupted.Copy();
        TextVaeProcess.Shell(folder, "mkfifo pipe.txt pipe.jsonl").Succeeded();
        return folder;
    }

    /// <summary>Who writes into a pipe is held up until somebody has opened it for reading.</summary>
    private static FileStream Writing(TemporaryFolder folder, string[] arguments)
    {
        var pipe = folder[arguments.Single(argument => argument.StartsWith("pipe.", StringComparison.Ordinal))];
        var opening = Task.Run(() => new FileStream(pipe, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0));
        Assert.True(opening.Wait(TimeSpan.FromMinutes(2), CancellationToken.None), "the program does not read");
        return opening.Result;
    }
}
