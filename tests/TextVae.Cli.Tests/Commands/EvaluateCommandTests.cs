using System.Text.Json;

namespace TextVae.Cli.Tests.Commands;

public class EvaluateCommandTests(TrainedRun trained)
{
    [Theory]
    [InlineData("windows", "1")]
    [InlineData("lines", "2")]
    public void The_figures_are_those_of_the_training_log(string texts, string threads)
    {
        using var folder = TinyCorpus.Prepare();
        Directory.CreateDirectory(folder["texts"]);
        File.WriteAllLines(folder["texts", "x.train.txt"], TinyCorpus.Sentences.Where((_, index) => index % 4 != 0));
        File.WriteAllLines(folder["texts", "x.valid.txt"], TinyCorpus.Sentences.Where((_, index) => index % 4 == 0));
        // The KL weight is not full by then, so the last weights are the ones to use; the last step is validated.
        TextVaeProcess.Run(folder, "train", "tiny.json", "--data", "texts", "--out", "run", "--steps", "7", "--set", $"data.texts={texts}", "--threads", threads).Succeeded();
        var logged = new RunFiles(folder["run"]).MetricsOf("validation")[^1];
        Assert.Equal(7, logged.GetProperty("step").GetInt64());

        var file = Evaluate(folder, "run", "--data", "texts/x.valid.txt", "--threads", threads);
        var split = Evaluate(folder, "run", "--threads", threads);

        Assert.All(JsonElement.Parse(file).EnumerateObject(), figure => Assert.Equal(logged.GetProperty(figure.Name).GetRawText(), figure.Value.GetRawText()));
        Assert.Equal(file, split);
    }

    [Fact]
    public void A_part_of_another_split_can_be_evaluated()
    {
        var result = JsonElement.Parse(Evaluate(trained.Folder, "run", "--threads", "1", "--split", "train", "--limit", "11"));
        Assert.Equal(11, result.GetProperty("texts").GetInt64());
        Assert.Equal(-result.GetProperty("elbo").GetDouble(), result.GetProperty("reconstruction").GetDouble() + result.GetProperty("kl").GetDouble(), 1e-9);
    }

    [Fact]
    public void Without_json_a_table_shows_the_figures()
    {
        var json = JsonElement.Parse(Evaluate(trained.Folder, "run", "--threads", "1"));
        var lines = TextVaeProcess.Run(trained.Folder, "evaluate", "run", "--threads", "1").Succeeded();
        var reconstruction = FormattableString.Invariant($"{json.GetProperty("reconstruction").GetDouble():F3}");
        Assert.Matches($"reconstruction .* {reconstruction} ", Assert.Single(lines, line => line.Contains("reconstruction", StringComparison.Ordinal)));
        Assert.Contains(FormattableString.Invariant($"{json.GetProperty("characters").GetInt64():N0} characters"), lines[^1], StringComparison.Ordinal);
    }

    private string Evaluate(TemporaryFolder folder, params string[] arguments)
    {
        trained.Training.Succeeded();
        return Assert.Single(TextVaeProcess.Run(folder, ["evaluate", .. arguments, "--json"]).Succeeded());
    }
}
