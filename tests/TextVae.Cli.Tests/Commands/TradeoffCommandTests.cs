using System.Text.Json;
using System.Xml.Linq;

namespace TextVae.Cli.Tests.Commands;

public class TradeoffCommandTests
{
    private static readonly string[] Small =
    [
        .. new[] { "model.decoder.hidden=8", "model.latent=4", "model.encoder.channels=[8]", "model.expansion.channels=[8]", "model.expansion.features=8", "data.length=16", "training.threads=1", "training.validationTexts=20" }
            .SelectMany(change => new[] { "--set", change }),
    ];

    [Fact]
    public void Runs_at_several_rates_are_compared_in_a_table_a_file_and_a_page_and_none_is_trained_twice()
    {
        using var folder = TinyCorpus.Prepare();
        string[] command = ["tradeoff", "animals.txt", "--nats", "3,1.5", "--steps", "12", "--long", "cut", .. Small];

        var first = TextVaeProcess.Run(folder, command);

        var lines = first.Succeeded();
        Assert.Equal(["run 1 of 3: KL as it comes", "run 2 of 3: 3 nats", "run 3 of 3: 1.5 nats"], first.ErrorLines.Where(line => line.StartsWith("run ", StringComparison.Ordinal)).Select(line => line.Split(", 12 steps into ")[0]));
        var runs = folder["runs", "animals-tradeoff"];
        Assert.All(["free", "nats-3", "nats-1.5"], run => Assert.Equal("000000012", new RunFiles(Path.Combine(runs, run)).Checkpoints[^1]));
        string Row(string begin) => Assert.Single(lines, line => line.StartsWith(begin, StringComparison.Ordinal));
        Row("    real texts");
        var marked = Row("  * ").Trim(' ', '*');
        var advice = Row("    textvae train animals.txt --long cut --set model.decoder.hidden=8 ");
        Assert.Equal(marked.StartsWith("as it comes", StringComparison.Ordinal) ? "training.validationTexts=20" : $"--nats {marked.Split(' ')[0]}", advice.Split("--set ")[^1].Replace("training.validationTexts=20 --nats", "--nats", StringComparison.Ordinal));

        var again = TextVaeProcess.Run(folder, [.. command, "--json", "--out", runs]);

        var result = JsonElement.Parse(Assert.Single(again.Succeeded()));
        Assert.Equal(3, again.ErrorLines.Count(line => line.Contains(", done already in ", StringComparison.Ordinal)));
        var trials = result.GetProperty("trials").EnumerateArray().ToList();
        var rows = File.ReadAllLines(Path.Combine(runs, "tradeoff.csv"));
        Assert.Equal("run,nats,kl,misses_target,bits_per_character,characters_right,unique,novel,forward_bits,reverse_bits,recommended", rows[0]);
        Assert.Equal(
            trials.Select(trial => $"{Path.GetFileName(trial.GetProperty("run").GetString())},{(trial.TryGetProperty("nats", out var nats) ? nats.GetRawText() : "")},{trial.GetProperty("kl").GetRawText()}"),
            rows[1..].Select(row => string.Join(',', row.Split(',')[..3])));
        Assert.Equal(result.GetProperty("recommended").GetProperty("run").GetString()!.Split(Path.DirectorySeparatorChar)[^1], Assert.Single(rows, row => row.EndsWith(",yes", StringComparison.Ordinal)).Split(',')[0]);
        Assert.Equal(advice.Trim(), result.GetProperty("command").GetString());
        var page = XDocument.Parse(File.ReadAllText(Path.Combine(runs, "tradeoff.html")));
        Assert.Equal(4, page.Descendants("svg").Count(drawing => drawing.Descendants("text").Count() > 5));
        Assert.Equal(advice.Trim(), Assert.Single(page.Descendants("code")).Value);
        Refusal.Of(1, TextVaeProcess.Run(folder, "tradeoff", "animals.txt", "--nats", "3,x"), "--nats", "found 'x'");
    }

    [Fact]
    public void Train_finds_a_rate_and_goes_on_at_it_and_leaves_nothing_but_its_run()
    {
        using var folder = TinyCorpus.Prepare();

        var trained = TextVaeProcess.Run(folder, ["train", "animals.txt", "--nats", "auto", "--steps", "72", .. Small]);

        trained.Succeeded();
        Assert.Equal(["animals"], Directory.EnumerateFileSystemEntries(folder["runs"]).Select(path => Path.GetFileName(path)));
        Assert.Contains(trained.ErrorLines, line => line.StartsWith("run 1 of 4: KL as it comes, 6 steps into ", StringComparison.Ordinal));
        var description = JsonElement.Parse(File.ReadAllText(folder["runs", "animals", "training.json"]));
        var reasons = description.GetProperty("reasons").EnumerateArray().Select(reason => reason.GetString()!).ToList();
        Assert.StartsWith("tried ", reasons[0], StringComparison.Ordinal);
        var recommended = Assert.Single(reasons, reason => reason.Contains("recommended", StringComparison.Ordinal));
        Assert.Contains(recommended, trained.ErrorLines);
        var kl = description.GetProperty("recipe").GetProperty("objective").GetProperty("kl");
        Assert.Equal(recommended.Split(' ')[0], kl.GetProperty("schedule").GetString() == "target" ? kl.GetProperty("nats").GetRawText() : "the");
        Assert.Equal(72, description.GetProperty("recipe").GetProperty("training").GetProperty("steps").GetInt32());
        Refusal.Of(1, TextVaeProcess.Run(folder, "train", "tiny.json", "--data", "animals.txt", "--nats", "auto"), "--nats auto", "tiny.json");
    }

    [Fact]
    public void A_signal_while_rates_are_tried_leaves_nothing_and_one_during_a_tradeoff_saves()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals");
        using var folder = TinyCorpus.Prepare();
        Ended Stopped(string runs, params string[] command)
        {
            using var process = TextVaeProcess.Start(folder, [.. command, "animals.txt", "--steps", "1000000", "--set", "training.checkpointEvery=1", .. Small]);
            process.Await(() => Directory.Exists(folder["runs"]) && Directory.EnumerateDirectories(folder["runs"], runs).Any(run => new RunFiles(Path.Combine(run, "free")).LastStep >= 1 || new RunFiles(Path.Combine(run, "free")).Checkpoints.Length > 0));
            process.Signal(TextVaeProcess.Interrupt);
            return process.Wait();
        }

        var search = Stopped(".tmp-animals-*", "train", "--nats", "auto");
        Assert.Equal((130, ""), (search.ExitCode, search.Output));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder["runs"]));

        var tradeoff = Stopped("animals-tradeoff", "tradeoff");
        Assert.Equal((130, ""), (tradeoff.ExitCode, tradeoff.Output));
        Assert.StartsWith("Stopped and saved. Go on with: textvae tradeoff animals.txt --steps 1000000 ", tradeoff.ErrorLines[^1], StringComparison.Ordinal);
        Assert.NotEmpty(new RunFiles(folder["runs", "animals-tradeoff", "free"]).Checkpoints);
    }
}
