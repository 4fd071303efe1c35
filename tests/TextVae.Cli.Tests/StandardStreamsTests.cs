namespace TextVae.Cli.Tests;

/// <summary>Saying never stops doing: streams that cannot be written or read, logs that cannot be kept.</summary>
public class StandardStreamsTests(TrainedRun trained)
{
    private const string Train = "textvae train tiny.json --data animals.txt --out run";

    [Theory]
    [InlineData("2> /dev/full")]
    [InlineData("2>&-")]
    [InlineData("> /dev/full")]
    [InlineData(">&-")]
    [InlineData("<&- >&- 2>&-")]
    public void A_training_that_cannot_say_anything_is_done_and_saved(string redirection)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /dev/full");
        using var folder = TinyCorpus.Prepare();

        TextVaeProcess.Shell(folder, $"{Train} {redirection}").Succeeded();

        trained.Training.Succeeded();
        Assert.Equal(trained.Files.Hashes, new RunFiles(folder["run"]).Hashes);
    }

    [Theory]
    [InlineData("textvae sample run > /dev/full")]
    [InlineData("textvae sample run >&-")]
    [InlineData("textvae info run --json >&-")]
    public void Results_that_cannot_be_written_are_an_error(string line)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /dev/full");
        using var folder = trained.Copy();
        Refusal.Of(3, TextVaeProcess.Shell(folder, line));
    }

    [Fact]
    public void A_refusal_that_cannot_be_said_has_its_exit_code()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /dev/full");
        using var folder = TinyCorpus.Prepare();
        Assert.Equal(3, TextVaeProcess.Shell(folder, "textvae sample nothing 2> /dev/full").ExitCode);
        Assert.Equal(3, TextVaeProcess.Shell(folder, "textvae sample nothing 2>&-").ExitCode);
    }

    [Theory]
    [InlineData("textvae encode run --data - <&-")]
    [InlineData("textvae train tiny.json --data - --out other <&-")]
    public void Standard_input_that_is_closed_is_an_error(string line)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs bash");
        using var folder = trained.Copy();
        Refusal.Of(2, TextVaeProcess.Shell(folder, line), "standard input", "closed");
    }

    [Fact]
    public void Logs_that_cannot_be_written_are_reported_once_and_training_goes_on()
    {
        using var folder = TinyCorpus.Prepare();
        foreach (var name in new[] { "metrics.jsonl", "README.md" })
        {
            Directory.CreateDirectory(folder["run", name]);
        }
        folder.Write("run/tensorboard", "no folder");

        var ended = TextVaeProcess.Run(folder, "train", "tiny.json", "--data", "animals.txt", "--out", "run");

        ended.Succeeded();
        Assert.Equal(3, ended.ErrorLines.Count(line => line.EndsWith("training goes on", StringComparison.Ordinal)));
        trained.Training.Succeeded();
        Assert.Equal(trained.Files.Hashes, new RunFiles(folder["run"]).Hashes);
    }

    [Fact]
    public void Too_few_files_and_a_folder_that_is_gone_are_one_line()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs bash");
        using var folder = trained.Copy();
        Refusal.Of(4, TextVaeProcess.Shell(folder, "ulimit -n 60; textvae info run"), "ulimit -n", "60");
        Refusal.Of(4, TextVaeProcess.Shell(folder, "mkdir gone; cd gone; rmdir ../gone; textvae info ../run"), "working directory");
    }
}
