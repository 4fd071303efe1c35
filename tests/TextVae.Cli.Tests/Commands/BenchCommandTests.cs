using System.Text.Json;

namespace TextVae.Cli.Tests.Commands;

public sealed class BenchCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = TinyCorpus.Prepare();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Training_steps_are_timed_and_the_figures_fit_together()
    {
        var figures = Bench("tiny.json", "--steps", "3", "--vocabulary", "30", "--precision", "float32");
        double Of(string name) => figures.GetProperty(name).GetDouble();

        Assert.All(["ms_per_step", "characters_per_second", "tokens_per_second", "gflop_per_step", "gflops", "gemm_peak_gflops", "fraction_of_peak", "peak_rss_mb"], name => Assert.True(Of(name) > 0, name));
        Assert.Equal(("tiny.json", "float32"), (figures.GetProperty("model").GetString(), figures.GetProperty("precision").GetString()));
        Assert.Equal((1, 8, 16, 30, 3), (Of("threads"), Of("batch_size"), Of("length"), Of("vocabulary"), Of("steps")));
        Near(8 * 16 / (Of("ms_per_step") / 1000), Of("characters_per_second"));
        Near(Of("gflop_per_step") / (Of("ms_per_step") / 1000), Of("gflops"));
        Near(Of("gflops") / Of("gemm_peak_gflops"), Of("fraction_of_peak"));
        Near(Of("fraction_of_peak") * Of("dense_gflop_per_step") / Of("gflop_per_step"), Of("dense_fraction_of_peak"));
        Assert.True(Of("dense_gflop_per_step") < Of("gflop_per_step"));
    }

    [Fact]
    public void With_data_the_vocabulary_and_the_characters_are_the_texts_own()
    {
        var figures = Bench("tiny.json", "--steps", "3", "--data", "animals.txt");
        Assert.InRange(figures.GetProperty("vocabulary").GetInt32(), 20, 29); // 3 special tokens, a space, the letters that occur
        double PerStep(string rate) => figures.GetProperty(rate).GetDouble() * figures.GetProperty("ms_per_step").GetDouble() / 1000;
        Assert.InRange(PerStep("characters_per_second"), 8 * 12.0, 8 * 15.0); // sentences of 12 to 15 characters
        Assert.Equal(PerStep("characters_per_second") + 8, PerStep("tokens_per_second"), 1e-6); // each with its <end>, without padding
    }

    [Fact]
    public void Generation_is_timed_for_many_texts_and_for_one()
    {
        var figures = Bench("tiny.json", "--generate", "--steps", "1", "--precision", "float32");
        Assert.Equal("float32", figures.GetProperty("precision").GetString());
        Assert.All(["texts_per_second", "characters_per_text", "ms_per_text_alone", "peak_rss_mb"], name => Assert.True(figures.GetProperty(name).GetDouble() > 0, name));
        Assert.Equal((1000, 91), (figures.GetProperty("texts").GetInt32(), figures.GetProperty("vocabulary").GetInt32()));
    }

    [Fact]
    public void Without_json_a_person_reads_the_time_and_the_fraction_of_the_peak()
    {
        var lines = TextVaeProcess.Run(_folder, "bench", "tiny.json", "--steps", "3").Succeeded();
        Assert.Contains(lines, line => line.Contains("ms a step (median of 3)", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("GFLOP a step", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1, "'tyni'", "tyni")]
    [InlineData(1, "--steps is 0; expected at least 1", "tiny.json", "--steps", "0")]
    [InlineData(1, "--vocabulary is 1; expected at least 2", "tiny.json", "--vocabulary", "1")]
    [InlineData(1, "--vocabulary is 20001; expected at most 20,000", "tiny.json", "--vocabulary", "20001")]
    [InlineData(1, "--vocabulary beside --data", "tiny.json", "--vocabulary", "30", "--data", "animals.txt")]
    [InlineData(1, "training.device is cuda; expected cpu", "tiny.json", "--set", "training.device=cuda")]
    [InlineData(1, "--run without --generate", "tiny.json", "--run", "run")]
    [InlineData(1, "--precision int8 without --generate", "tiny.json", "--precision", "int8")]
    [InlineData(3, "run/model.json", "tiny.json", "--generate", "--run", "run")]
    [InlineData(1, "--threads is -1; expected at least 0", "tiny.json", "--threads", "-1")]
    [InlineData(2, "missing.txt", "tiny.json", "--data", "missing.txt")]
    public void What_cannot_be_measured_is_refused(int exitCode, string named, params string[] arguments) =>
        Refusal.Of(exitCode, TextVaeProcess.Run(_folder, ["bench", .. arguments]), named);

    [Fact]
    public void Nothing_is_left_behind()
    {
        var temporary = Directory.CreateDirectory(_folder["temporary"]);
        TextVaeProcess.Shell(_folder, "TMPDIR=$PWD/temporary textvae bench tiny.json --steps 1").Succeeded();
        Assert.DoesNotContain(temporary.GetFileSystemInfos(), entry => entry.Name.StartsWith("textvae", StringComparison.Ordinal));
        Assert.False(Directory.Exists(_folder["runs"]));
    }

    private JsonElement Bench(params string[] arguments) =>
        JsonElement.Parse(Assert.Single(TextVaeProcess.Run(_folder, ["bench", .. arguments, "--json"]).Succeeded()));

    private static void Near(double expected, double actual) => Assert.Equal(expected, actual, 1e-9 * expected);
}
