using System.Text.Json;
using TextVae.Texts;

namespace TextVae.Cli.Tests.Commands;

/// <summary>
/// <c>sample --unique --novel</c>. A pattern makes the model write sentences that it has learned from, and 16 more, of elks,
/// that it has not: they are what it can write that is novel.
/// </summary>
public sealed class SyntheticDataTests : IClassFixture<SyntheticDataTests.Learned>
{
    private const string Pattern = "(cat|dog|hen|pig) (sees|eats|hears|likes) (owls|elks)";

    private readonly Learned _learned;

    public SyntheticDataTests(Learned learned) => _learned = learned;

    private Ended Sample(params string[] options) =>
        TextVaeProcess.Run(_learned.Folder, ["sample", "run", "--threads", "1", "--temperature", "3", "--regex", Pattern, .. options]);

    [Fact]
    public void Unique_and_novel_texts_are_so_and_the_same_seed_gives_the_same()
    {
        var ended = Sample("--unique", "--novel", "--near-duplicates", "0", "-n", "16");
        var texts = ended.Succeeded();
        Assert.Equal(16, texts.Distinct().Count());
        Assert.All(texts, text => Assert.EndsWith("elks", text, StringComparison.Ordinal));
        Assert.Equal(texts, Sample("--unique", "--novel", "--near-duplicates", "0", "-n", "16").Lines);
        Assert.Contains("the same as a training text", ended.Error, StringComparison.Ordinal);
        Assert.Contains("self-BLEU", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Near_duplicates_are_no_other_texts()
    {
        // "cat sees elks" and "dog sees elks" are 3 edits of 13 apart; "cat sees" and "cat eats" 2.
        var texts = Sample("--unique", "-n", "8", "--near-duplicates", "0.16").Succeeded();
        Assert.All(texts, one => Assert.All(texts.Where(other => other != one), other =>
            Assert.True(EditDistance.Normalized(one, other) > 0.16, $"{one} / {other}")));
    }

    [Fact]
    public void More_than_there_are_ends_with_those_that_there_are()
    {
        var ended = Sample("--unique", "--novel", "--near-duplicates", "0", "-n", "17", "--out", "all.txt", "--report", "all.json");
        Assert.Equal((1, ""), (ended.ExitCode, ended.Output));
        Assert.Equal("textvae: --count is 17; found 16 texts, and none among the last 10,000 drawn; expected a smaller number, or a higher --temperature", ended.ErrorLines[^1]);
        Assert.Equal(16, File.ReadAllLines(_learned.Folder["all.txt"]).Distinct().Count());

        var counts = JsonElement.Parse(File.ReadAllText(_learned.Folder["all.json"])).GetProperty("counts");
        long Count(string name) => counts.GetProperty(name).GetInt64();
        Assert.Equal((16, 0), (Count("accepted"), Count("near_memorized")));
        Assert.Equal(Count("drawn"), Count("accepted") + Count("memorized") + Count("duplicates"));
    }

    [Fact]
    public async Task Every_format_has_the_texts_that_are_printed()
    {
        string[] options = ["-n", "30", "--report", "report.json"];
        var printed = Sample([.. options, "--json"]).Succeeded().Select(line => JsonElement.Parse(line))
            .Select(line => (line.GetProperty("text").GetString()!, line.GetProperty("log_probability").GetDouble())).ToList();
        foreach (var name in new[] { "x.txt", "x.jsonl", "x.csv", "x.parquet" })
        {
            var ended = Sample([.. options, "--out", name]);
            Assert.Equal("", string.Concat(ended.Succeeded()));
            Assert.Contains($"30 texts in {name}", ended.Error, StringComparison.Ordinal);
        }
        Assert.Equal(printed.Select(row => row.Item1), File.ReadAllLines(_learned.Folder["x.txt"]));
        Assert.Equal(printed, File.ReadAllLines(_learned.Folder["x.jsonl"]).Select(line => JsonElement.Parse(line)).Select(line => (line.GetProperty("text").GetString()!, line.GetProperty("log_probability").GetDouble())));
        Assert.Equal(printed.Select(row => $"{row.Item1},{row.Item2:R}").Prepend("text,log_probability"), File.ReadAllLines(_learned.Folder["x.csv"]));
        Assert.Equal(printed, (await ParquetTable.Read(_learned.Folder["x.parquet"])).Rows);

        var report = JsonElement.Parse(File.ReadAllText(_learned.Folder["report.json"]));
        var comparison = report.GetProperty("comparison");
        Assert.Equal(30, report.GetProperty("counts").GetProperty("drawn").GetInt32()); // nothing was to be rejected
        Assert.Equal(13.5, comparison.GetProperty("training").GetProperty("mean_length").GetDouble(), 0.5);
        Assert.Equal(printed.Average(row => row.Item1.Length), comparison.GetProperty("samples").GetProperty("mean_length").GetDouble(), 1e-9);
        Assert.Equal(1.0, report.GetProperty("memorized").GetProperty("same").GetDouble() + report.GetProperty("memorized").GetProperty("near").GetDouble()
            + printed.Count(row => row.Item1.EndsWith("elks", StringComparison.Ordinal)) / 30.0, 0.5);
    }

    [Fact]
    public void A_signal_keeps_what_has_been_written()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals");
        using var process = TextVaeProcess.Start(_learned.Folder, "sample", "run", "-n", "2000000000", "--temperature", "1", "--out", "endless.jsonl");
        process.Await(() => Directory.GetFiles(_learned.Folder.Path, ".tmp-endless.jsonl-*").Any(path => new FileInfo(path).Length > 0));

        process.Signal(TextVaeProcess.Interrupt);
        var ended = process.Wait();

        var lines = File.ReadAllLines(_learned.Folder["endless.jsonl"]);
        Assert.All(lines, line => JsonElement.Parse(line));
        Assert.Equal((130, $"{lines.Length:N0} texts in endless.jsonl"), (ended.ExitCode, Assert.Single(ended.ErrorLines)));
    }

    [Fact]
    public void Training_texts_that_have_changed_since_are_refused()
    {
        using var folder = Learned.Train();
        File.AppendAllText(folder["texts", "train.txt"], "one more\n");
        Refusal.Of(2, TextVaeProcess.Run(folder, "sample", "run", "--novel"), "texts", "fingerprint", "have changed");
        Directory.Delete(folder["texts"], recursive: true);
        Refusal.Of(2, TextVaeProcess.Run(folder, "sample", "run", "--novel"), "texts", "expected");
        Assert.Equal(3, TextVaeProcess.Run(folder, "sample", "run", "-n", "3", "--unique", "--near-duplicates", "0", "--temperature", "1").Succeeded().Length);
    }

    [Theory]
    [InlineData("x.doc: found the extension '.doc', expected .txt", "--out", "x.doc")]
    [InlineData("--json", "--out", "x.txt", "--json")]
    [InlineData("--near-duplicates is 0.9", "--unique", "--near-duplicates", "0.9")]
    [InlineData("--near-duplicates: found neither --unique", "--near-duplicates", "0.1")]
    public void Options_that_make_no_sense_are_refused(string reason, params string[] options) => Refusal.Of(1, Sample(options), reason, "expected");

    [Fact]
    public void A_file_that_cannot_be_written_is_refused() => Refusal.Of(2, Sample("--out", "nowhere/x.txt"), "nowhere/x.txt", "not written");

    /// <summary>A model that has seen all sentences a few times.</summary>
    public sealed class Learned : IDisposable
    {
        private readonly Lazy<TemporaryFolder> _folder = new(Train);

        internal TemporaryFolder Folder => _folder.Value;

        internal static TemporaryFolder Train()
        {
            var folder = TinyCorpus.Prepare();
            Directory.CreateDirectory(folder["texts"]);
            File.WriteAllLines(folder["texts", "train.txt"], TinyCorpus.Sentences);
            File.WriteAllLines(folder["texts", "valid.txt"], ["cat sees yaks", "dog hears yaks"]);
            TextVaeProcess.Run(folder, "train", "tiny.json", "--data", "texts", "--out", "run", "--steps", "10").Succeeded();
            return folder;
        }

        public void Dispose()
        {
            if (_folder.IsValueCreated)
            {
                Folder.Dispose();
            }
        }
    }
}
