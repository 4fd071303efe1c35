using System.Text.Json;

namespace TextVae.Cli.Tests.Commands;

public sealed class ScoreCommandTests(TrainedRun trained) : IDisposable
{
    private readonly TemporaryFolder _folder = trained.Copy(); // scoring keeps what the validation texts cost in the run folder

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Lines_have_bits_per_character_percentile_and_text()
    {
        var ended = Score("cat eats owls", "xq#7");
        Assert.Matches(@"^ *\d+\.\d{3} bits/char +\d+\.\d %  cat eats owls$", ended.Succeeded()[0]);
        Assert.Matches(@"^ *\d+\.\d{3} bits/char 100\.0 %  xq#7$", ended.Lines[1]);
        Assert.Contains("scored 2 texts", ended.ErrorLines[^1], StringComparison.Ordinal);
        Assert.Contains("3 unknown characters", ended.ErrorLines[^1], StringComparison.Ordinal);
        Assert.Single(ended.ErrorLines, line => line.StartsWith("text 2 has characters that the model does not know", StringComparison.Ordinal));
    }

    [Fact]
    public void Standard_input_a_file_and_arguments_give_the_same_figures()
    {
        var given = Score("cat eats owls", "dog sees bees", "--json").Succeeded();
        _folder.Write("two.txt", "cat eats owls\ndog sees bees\n");
        Assert.Equal(given, Score("--data", "two.txt", "--json").Succeeded());
        Assert.Equal(given, TextVaeProcess.Shell(_folder, "textvae score run --data - --json < two.txt").Succeeded());
        Assert.Equal(["text", "nats", "reconstruction", "kl", "bits_per_character", "percentile", "unknown"], JsonElement.Parse(given[0]).EnumerateObject().Select(figure => figure.Name));
    }

    [Fact]
    public void Characters_cost_what_the_reconstruction_does_and_without_colours_their_bits_are_below()
    {
        var json = JsonElement.Parse(Assert.Single(Score("cat eats owls", "--characters", "--json").Succeeded()));
        var nats = json.GetProperty("tokens").EnumerateArray().Select(token => token.GetProperty("nats").GetDouble()).ToArray();
        Assert.Equal(json.GetProperty("reconstruction").GetDouble(), nats.Sum(), 1e-4);

        var lines = Score("cat eats owls", "--characters").Succeeded();
        Assert.EndsWith("  cat eats owls⏎", lines[0], StringComparison.Ordinal);
        Assert.Equal(string.Concat(nats.Select(cost => Math.Min(9, Math.Round(cost / Math.Log(2))))), lines[1].Trim());
        Assert.Equal(lines[0].Length, lines[1].Length);
    }

    [Fact]
    public void The_most_unusual_texts_come_first_and_no_others()
    {
        _folder.Write("some.txt", "cat eats owls\nqqqq\nhen likes ants\n\nzz zz zz zz zz z\n#\ndog sees bees\n");
        double Bits(string line) => JsonElement.Parse(line).GetProperty("bits_per_character").GetDouble();
        var all = Score("--data", "some.txt", "--json").Succeeded();
        var top = Score("--data", "some.txt", "--json", "--top", "2").Succeeded();
        Assert.Equal(all.Where(line => line.Contains("bits_per_character", StringComparison.Ordinal)).OrderByDescending(Bits).Take(2), top);
    }

    [Fact]
    public void Importance_samples_give_another_bound_and_percentiles_of_their_own()
    {
        var elbo = JsonElement.Parse(Assert.Single(Score("cat eats owls", "--json").Succeeded()));
        var weighted = JsonElement.Parse(Assert.Single(Score("cat eats owls", "--json", "--importance-samples", "20").Succeeded()));
        Assert.Equal(elbo.GetProperty("kl").GetDouble(), weighted.GetProperty("kl").GetDouble(), 1e-6);
        Assert.NotEqual(elbo.GetProperty("nats").GetDouble(), weighted.GetProperty("nats").GetDouble());
        Assert.InRange(weighted.GetProperty("percentile").GetDouble(), 0, 100);
    }

    [Fact]
    public void The_validation_texts_are_scored_once_and_where_they_are_gone_percentiles_are_left_out()
    {
        const string Scoring = "validation texts for the percentiles, this once", LeftOut = "percentiles are left out: ";
        Forget();
        var (first, second) = (Score("cat", "--json"), Score("cat", "--json"));
        Assert.Equal(first.Succeeded(), second.Succeeded());
        Assert.Contains(Scoring, first.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Scoring, second.Error, StringComparison.Ordinal);

        Forget();
        File.WriteAllText(_folder["run", "training.json"], File.ReadAllText(_folder["run", "training.json"]).Replace("animals.txt", "gone.txt", StringComparison.Ordinal));
        var without = Score("cat", "--json");
        Assert.False(JsonElement.Parse(Assert.Single(without.Succeeded())).TryGetProperty("percentile", out _));
        var moved = Score("cat", "--json", "--training-data", "animals.txt");
        Assert.True(JsonElement.Parse(Assert.Single(moved.Succeeded())).TryGetProperty("percentile", out _));
        Assert.Matches(LeftOut + ".*gone.txt: found no such file.*--training-data PATH", Assert.Single(without.ErrorLines, line => line.StartsWith(LeftOut, StringComparison.Ordinal)));

        void Forget() => Array.ForEach(Directory.GetFiles(_folder["run"], "validation-scores.*"), File.Delete); // one for each prior
    }

    [Fact]
    public void A_text_that_is_too_long_is_scored_in_pieces_and_that_is_said()
    {
        const string Long = "a cat eats many owls # and others";
        var ended = Score(Long, "cat eats owls", "--json");
        var lines = ended.Succeeded().Select(line => JsonElement.Parse(line)).ToArray();
        Assert.Equal(3, lines[0].GetProperty("pieces").GetInt32());
        Assert.False(lines[1].TryGetProperty("pieces", out _));
        Assert.Contains("text 1 is longer than the model reads and is scored in 3 pieces", ended.Error, StringComparison.Ordinal);
        Assert.Contains("scored 2 texts", ended.ErrorLines[^1], StringComparison.Ordinal);
        Assert.Contains("1 in pieces, as they are longer than the model reads; 0 do not fit", ended.ErrorLines[^1], StringComparison.Ordinal);
        Assert.EndsWith($"{Long}  (in 3 pieces)", Assert.Single(Score(Long, "cat eats owls", "--top", "1").Succeeded()), StringComparison.Ordinal);
    }

    [Fact]
    public void Ctrl_C_prints_what_was_found_so_far_in_what_comes_slowly()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs pipes with names");
        Score("cat").Succeeded(); // its validation texts are scored by now
        using (var pipe = System.Diagnostics.Process.Start("mkfifo", [_folder["pipe.txt"]]))
        {
            pipe.WaitForExit();
        }
        using var process = TextVaeProcess.StartShell(_folder, "exec \"$0\" score run --data - --top 2 0<> pipe.txt 2> log.txt");
        using (var writer = new StreamWriter(_folder["pipe.txt"], append: true))
        {
            writer.Write("cat eats owls\nqq#q\n~~~~\ndog sees bees\n");
        }
        process.Await(() => File.Exists(_folder["log.txt"]) && File.ReadAllText(_folder["log.txt"]).Contains("does not know", StringComparison.Ordinal));

        process.Signal(TextVaeProcess.Interrupt);
        var ended = process.Wait();

        Assert.Equal(130, ended.ExitCode);
        Assert.Equal(["qq#q", "~~~~"], ended.Lines.Select(line => line.Split("%  ")[1]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Input_without_a_text_that_fits_is_refused()
    {
        Score("cat").Succeeded(); // its validation texts are scored by now
        Refusal.Of(2, Score("--data", "-"), "standard input", "found nothing", "expected");
        Refusal.Of(2, Score("--data", "nothing.txt"), "nothing.txt", "no such file");
        Refusal.Of(1, Score(), "TEXT", "--data");
        Refusal.Of(1, Score("cat", "--data", "animals.txt"), "TEXT", "--data");
        Refusal.Of(1, Score("cat", "--top", "0"), "--top is 0", "at least 1");
        Refusal.Of(1, Score("cat", "--importance-samples", "0"), "--importance-samples is 0", "at least 1");
    }

    [Fact]
    public void A_reader_that_goes_away_is_no_error()
    {
        var ended = TextVaeProcess.Shell(_folder, "yes 'cat eats owls' | textvae score run --data - --json --read-ahead 4 | head -n 3; echo ${PIPESTATUS[1]}");
        Assert.Equal(4, ended.Succeeded().Length);
        Assert.Equal("0", ended.Lines[^1]);
    }

    private Ended Score(params string[] arguments) => TextVaeProcess.Run(_folder, ["score", "run", .. arguments]);
}
