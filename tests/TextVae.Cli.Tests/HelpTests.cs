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
        Assert.All(["inspect", "train", "tradeoff", "sample", "reconstruct", "interpolate", "traverse", "analogy", "encode", "neighbors", "duplicates", "centroid", "decode", "evaluate", "report", "fit-prior", "merge", "pack", "cache", "info", "recipes", "keys", "doctor", "bench", "completion", "--version"], name => Assert.Contains($"  {name}", help, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("inspect", "FILE", "--column", "--minutes", "--set", "--json")]
    [InlineData("train", "RECIPE", "--data", "--valid", "--test", "--long", "--minutes", "--nats", "--invalid-utf8", "--out", "--set", "--steps", "--seed", "--threads", "--precision", "--device", "--resume", "--json")]
    [InlineData("tradeoff", "RECIPE", "--data", "--valid", "--test", "--column", "--encoding", "--long", "--nats", "--minutes", "--out", "--set", "--seed", "--json")]
    [InlineData("sample", "RUN", "-n", "--count", "--near", "--distance", "--temperature", "--top-k", "--top-p", "--num-beams", "--no-repeat-ngram-size", "--prefix", "--alphabet", "--regex", "--max-length", "--seed", "--threads", "--device", "--precision", "--json")]
    [InlineData("reconstruct", "RUN", "TEXT", "--data", "-n", "--count", "--sample-latent", "--temperature", "--top-k", "--top-p", "--num-beams", "--no-repeat-ngram-size", "--prefix", "--alphabet", "--regex", "--max-length", "--seed", "--threads", "--device", "--precision", "--json")]
    [InlineData("interpolate", "RUN", "FROM", "TO", "-n", "--count", "--steps", "--spherical", "--temperature", "--seed", "--json")]
    [InlineData("traverse", "RUN", "TEXT", "--dimension", "-n", "--count", "--steps", "--json")]
    [InlineData("analogy", "RUN", "A", "B", "C", "--json")]
    [InlineData("encode", "RUN", "TEXT", "--data", "--invalid-utf8", "--out", "--threads", "--device")]
    [InlineData("neighbors", "RUN", "TEXT", "--data", "-k", "--count", "--metric", "--json")]
    [InlineData("duplicates", "RUN", "--data", "--distance", "--json")]
    [InlineData("centroid", "RUN", "--data", "--temperature", "--json")]
    [InlineData("decode", "RUN", "--vectors", "--out", "--temperature", "--seed", "--precision", "--json")]
    [InlineData("pack", "RUN", "--out")]
    [InlineData("cache", "list", "clear")]
    [InlineData("evaluate", "RUN", "--data", "--split", "-n", "--count", "--limit", "--prior", "--out", "--shard", "--threads", "--device", "--json")]
    [InlineData("fit-prior", "RUN", "--threads", "--device", "--json")]
    [InlineData("report", "RUN", "--out", "--split", "--limit", "--samples", "--threads", "--device", "--json")]
    [InlineData("info", "RUN", "--tensors", "--json")]
    [InlineData("doctor", "--json")]
    [InlineData("bench", "RECIPE", "--generate", "--steps", "--data", "--vocabulary", "--set", "--threads", "--precision", "--json")]
    public void Help_of_a_command_names_all_that_it_takes(string command, params string[] names)
    {
        var help = Help(command);
        Assert.Contains($"  textvae {command}", help, StringComparison.Ordinal);
        Assert.All(names, name => Assert.Matches($@"(^|[\s,<\[]){name}\b", help));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(40)]
    public void Help_is_no_wider_than_the_page_and_names_what_options_take(int width)
    {
        var root = CommandLine.Root();
        Cli.Help.Improve(root, width);
        Assert.All(root.Subcommands.Select(command => command.Name).Append(""), command =>
        {
            var help = new StringWriter();
            root.Parse($"{command} --help").Invoke(new System.CommandLine.InvocationConfiguration { Output = help });
            Assert.All(help.ToString().Split('\n').TakeWhile(line => line != "Examples:"), line => Assert.True(line.Length <= width, line));
            Assert.DoesNotMatch(@"--([a-z-]+) <\1>|\[default: [A-Z]|^\s+--\S+ <[A-Z]+>\s+[a-z]+\.[a-zA-Z.]+ *$", help.ToString());
            Assert.Equal(command is "inspect" or "train" or "tradeoff" or "sample" or "score" or "encode" or "keys" or "completion", help.ToString().Contains($"Examples:\n  ", StringComparison.Ordinal));
        });
    }

    [Fact]
    public void Recipes_and_keys_are_listed_with_what_they_mean()
    {
        var recipes = TextVaeProcess.Run(_folder, "recipes").Succeeded();
        Assert.Equal(["auto", .. RecipeFile.Names], recipes.Select(line => line.Split(' ')[0]));
        Assert.Contains(recipes, line => line.Contains("The hybrid with ByteNet decoder on Penn Treebank characters", StringComparison.Ordinal));
        Assert.Matches(@"^objective\.kl\.end +The first step at the weight\. \(a whole number, of linear; default 8000\)", Assert.Single(TextVaeProcess.Run(_folder, "keys", "KL.end").Succeeded()));
        Refusal.Of(1, TextVaeProcess.Run(_folder, "keys", "objective.alfa"), "found no key with 'objective.alfa' (did you mean 'objective.alpha'?)");
    }

    [Fact]
    public void A_shell_completes_commands_options_and_recipes()
    {
        string[] Completed(params string[] words) => TextVaeProcess.Shell(
            _folder,
            $"eval \"$(textvae completion bash)\"; COMP_LINE='{string.Join(' ', words)}'; COMP_POINT=${{#COMP_LINE}}; COMP_WORDS=({string.Join(' ', words)}); COMP_CWORD={words.Length - 1}; _textvae textvae; printf '%s\\n' \"${{COMPREPLY[@]}}\"").Succeeded();
        Assert.Equal(["tradeoff", "train", "traverse"], Completed("textvae", "tra"));
        Assert.Equal(["--minutes"], Completed("textvae", "train", "--min"));
        Assert.Contains("ptb-hybrid", Completed("textvae", "train", "ptb"));
    }

    [Fact]
    public void The_version_is_the_librarys() =>
        Assert.StartsWith("0.1.0", Assert.Single(TextVaeProcess.Run(_folder, "--version").Succeeded()), StringComparison.Ordinal);

    [Theory]
    [InlineData("textvae --help")]
    [InlineData("bogus", "bogus")]
    [InlineData("(did you mean 'sample'?)", "smaple", "run")]
    [InlineData("(did you mean '--temperature'?)", "sample", "run", "--temprature=0.7")]
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
