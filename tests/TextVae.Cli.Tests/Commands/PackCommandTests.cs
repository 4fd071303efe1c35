namespace TextVae.Cli.Tests.Commands;

/// <summary><c>pack</c>, and archives in place of run folders.</summary>
public sealed class PackCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder;

    public PackCommandTests(TrainedRun trained) => _folder = trained.Copy();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_packed_model_does_what_the_run_does()
    {
        var packed = Run("pack", "run", "--out", "model.textvae");
        Assert.Empty(packed.Succeeded());
        Assert.Equal($"{new FileInfo(_folder["model.textvae"]).Length:N0} bytes in model.textvae", Assert.Single(packed.ErrorLines));
        foreach (var (command, more) in new (string, string[])[]
        {
            ("sample", ["-n", "5", "--temperature", "1"]),
            ("encode", ["cat eats owls"]),
            ("reconstruct", ["--data", "animals.txt"]),
        })
        {
            var folder = Run([command, "run", .. more]).Succeeded();
            Assert.NotEmpty(folder);
            Assert.Equal(folder, Run([command, "model.textvae", .. more]).Succeeded());
        }
        Assert.Single(Run("evaluate", "model.textvae", "--data", "animals.txt", "--json").Succeeded());
    }

    [Fact]
    public void The_file_is_called_as_the_run()
    {
        Run("pack", "run/").Succeeded();
        Assert.True(File.Exists(_folder["run.textvae"]));
    }

    [Fact]
    public void What_only_the_run_folder_knows_is_refused_or_left_out_in_a_line()
    {
        Run("pack", "run").Succeeded();
        foreach (var command in new[] { new[] { "evaluate", "run.textvae" }, ["sample", "run.textvae", "--novel"] })
        {
            Refusal.Of(3, Run(command), "run: found a model without its run folder", "expected a run folder");
        }
        var scored = Run("score", "run.textvae", "cat eats owls");
        Assert.Single(scored.Succeeded());
        Assert.StartsWith("percentiles are left out: run: found a model without its run folder", scored.ErrorLines[0], StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_run_or_no_archive_is_refused()
    {
        _folder.Write("bad.textvae", "no archive");
        Refusal.Of(3, Run("pack", "nowhere"), "nowhere", "no such file", "expected a run folder");
        Refusal.Of(2, Run("pack", "run", "--out", "nowhere/x.textvae"), "nowhere/x.textvae", "not written");
        Refusal.Of(3, Run("sample", "bad.textvae"), "bad", "expected");
    }

    private Ended Run(params string[] arguments) => TextVaeProcess.Run(_folder, arguments);
}
