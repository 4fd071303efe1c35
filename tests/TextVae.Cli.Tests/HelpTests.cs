namespace TextVae.Cli.Tests;

public sealed class HelpTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Help_names_the_commands()
    {
        var help = Help();
        Assert.Contains("  textvae [command] [options]", help, StringComparison.Ordinal);
        Assert.All(["inspect", "train", "sample", "reconstruct", "interpolate", "traverse", "analogy", "encode", "neighbors", "duplicates", "centroid", "decode", "evaluate", "report", "fit-prior", "merge", "pack", "cache", "info", "doctor", "bench", "--version"], name => Assert.Contains($"  {name}", help, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("inspect", "FILE", "--column", "--minutes", "--set", "--json")]
    [InlineData("train", "RECIPE", "--data", "--valid", "--test", "--long", "--minutes", "--nats", "--invalid-utf8", "--out", "--set", "--steps", "--seed", "--threads", "--precision", "--device", "--resume", "--json")]
    [InlineData("sample", "RUN", "-n", "--count", "--near", "--distance", "--temperature", "--top-k", "--top-p", "--num-beams", "--no-repeat-ngram-size", "--prefix", "--alphabet", "--regex", "--max-length", "--seed", "--threads", "--device", "--precision", "--json")]
    [InlineData("reconstruct", "RUN", "TEXT", "--data", "-n", "--count", "--sample-latent", "--temperature", "--top-k", "--top-p", "--num-beams", "--no-repeat-ngram-size", "--prefix", "--alphabet", "--regex", "--max-length", "--seed", "--threads", "--device", "--precision", "--json")]
    [InlineData("interpolate", "RUN", "FROM", "TO", "--steps", "--spherical", "--temperature", "--seed", "--json")]
    [InlineData("traverse", "RUN", "TEXT", "--dimension", "--steps", "--json")]
    [InlineData("analogy", "RUN", "A", "B", "C", "--json")]
    [InlineData("encode", "RUN", "TEXT", "--data", "--invalid-utf8", "--out", "--threads", "--device")]
    [InlineData("neighbors", "RUN", "TEXT", "--data", "-k", "--count", "--metric", "--json")]
    [InlineData("duplicates", "RUN", "--data", "--distance", "--json")]
    [InlineData("centroid", "RUN", "--data", "--temperature", "--json")]
    [InlineData("decode", "RUN", "--vectors", "--out", "--temperature", "--seed", "--precision", "--json")]
    [InlineData("pack", "RUN", "--out")]
    [InlineData("cache", "list", "clear")]
    [InlineData("evaluate", "RUN", "--data", "--split", "--limit", "--prior", "--out", "--shard", "--threads", "--device", "--json")]
    [InlineData("fit-prior", "RUN", "--threads", "--device", "--json")]
    [InlineData("report", "RUN", "--out", "--split", "--limit", "--samples", "--threads", "--device", "--json")]
    [InlineData("info", "RUN", "--json")]
    [InlineData("doctor", "--json")]
    [InlineData("bench", "RECIPE", "--generate", "--steps", "--data", "--vocabulary", "--set", "--threads", "--precision", "--json")]
    public void Help_of_a_command_names_all_that_it_takes(string command, params string[] names)
    {
        var help = Help(command);
        Assert.Contains($"  textvae {command}", help, StringComparison.Ordinal);
        Assert.All(names, name => Assert.Matches($@"(^|[\s,<\[]){name}\b", help));
    }

    [Fact]
    public void The_version_is_the_librarys() =>
        Assert.StartsWith("0.1.0", Assert.Single(TextVaeProcess.Run(_folder, "--version").Succeeded()), StringComparison.Ordinal);

    [Theory]
    [InlineData("textvae --help")]
    [InlineData("bogus", "bogus")]
    [InlineData("--bogus", "train", "--bogus")]
    [InlineData("--bogus", "sample", "--bogus")]
    [InlineData("--bogus", "sample", "run", "--bogus=3")]
    [InlineData("--bogus", "reconstruct", "run", "a text", "--bogus")]
    [InlineData("RUN", "sample")]
    [InlineData("--steps", "train", "--steps")]
    public void A_command_line_that_cannot_be_is_refused(string named, params string[] arguments) =>
        Refusal.Of(1, TextVaeProcess.Run(_folder, arguments), named, "--help");

    private string Help(params string[] command)
    {
        var ended = TextVaeProcess.Run(_folder, [.. command, "--help"]);
        Assert.Equal((0, ""), (ended.ExitCode, ended.Error));
        return ended.Output;
    }
}
