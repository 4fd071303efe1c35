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

        Assert.All(JsonElement.Parse(file).EnumerateObject().Where(figure => !figure.Name.StartsWith("fitted_prior", StringComparison.Ordinal)), figure => Assert.Equal(logged.GetProperty(figure.Name).GetRawText(), figure.Value.GetRawText()));
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

    [Fact]
    public void Importance_samples_bound_the_likelihood_beside_the_other_figures()
    {
        string[] texts = ["run", "--threads", "1", "--split", "train", "--limit", "40"];
        var plain = JsonElement.Parse(Evaluate(trained.Folder, texts));
        var weighted = JsonElement.Parse(Evaluate(trained.Folder, [.. texts, "--importance-samples", "20"]));

        Assert.All(plain.EnumerateObject(), figure => Assert.Equal(figure.Value.GetRawText(), weighted.GetProperty(figure.Name).GetRawText()));
        Assert.Equal(
            ["importance_samples", "importance_weighted_nll", "importance_weighted_nll_standard_error", "importance_weighted_bits_per_character", "importance_weighted_perplexity", "fitted_prior_importance_weighted"],
            weighted.EnumerateObject().Select(figure => figure.Name).Except(plain.EnumerateObject().Select(figure => figure.Name)));
        double Figure(string name) => weighted.GetProperty(name).GetDouble();
        Assert.Equal(20, weighted.GetProperty("importance_samples").GetInt32());
        Assert.InRange(Figure("importance_weighted_nll"), 1, -Figure("elbo") + 3 * Figure("importance_weighted_nll_standard_error"));
        Assert.Equal(Figure("importance_weighted_nll") * 40 / Figure("tokens"), Math.Log(Figure("importance_weighted_perplexity")), 1e-9);
        Assert.Equal(-Figure("elbo") * 40 / Figure("tokens"), Math.Log(Figure("perplexity")), 1e-9);
        Assert.Equal(Figure("characters") + 40, Figure("tokens"));
        Assert.Equal(Figure("kl"), Figure("mutual_information") + Figure("marginal_kl"), 1e-4);
        Assert.Contains(weighted.GetProperty("posterior").GetProperty("state").GetString(), (string[])["in-use", "collapsing", "collapsed"]);

        var table = TextVaeProcess.Run(trained.Folder, ["evaluate", .. texts, "--importance-samples", "20"]).Succeeded();
        var nll = FormattableString.Invariant($"{Figure("importance_weighted_nll"):F3} ± {Figure("importance_weighted_nll_standard_error"):F3}");
        Assert.Contains(nll, Assert.Single(table, line => line.Contains("bound, 20 samples", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains(weighted.GetProperty("posterior").GetProperty("sentence").GetString(), table);
    }

    [Fact]
    public void No_importance_sample_is_refused()
    {
        trained.Training.Succeeded();
        Refusal.Of(1, TextVaeProcess.Run(trained.Folder, "evaluate", "run", "--importance-samples", "0"), "--importance-samples is 0", "at least 1");
    }

    private string Evaluate(TemporaryFolder folder, params string[] arguments)
    {
        trained.Training.Succeeded();
        return Assert.Single(TextVaeProcess.Run(folder, ["evaluate", .. arguments, "--json"]).Succeeded());
    }
}
