using System.Text.Json.Nodes;
using TextVae.Objectives;
using TextVae.Runs;
using TextVae.Training;

namespace TextVae.Tests.Training;

public class MetricsLogTests
{
    private static readonly Recipe Recipe = Tiny.Recipe with
    {
        Objective = new ObjectiveConfig { Alpha = 0, Kl = new AutoSchedule { Improvement = 0.5, Patience = 1 } },
    };

    [Fact]
    public void A_decision_and_the_posteriors_verdict_stand_in_the_log_once_however_often_the_run_was_stopped()
    {
        using var folder = new TemporaryFolder();
        using var corpus = Tiny.Corpus(folder.Path);
        var run = new RunFolder(folder["run"]);
        run.Begin(new TrainingFile { Recipe = Recipe }, corpus.Tokenizer.Vocabulary);
        for (var done = false; !done;)
        {
            using var metrics = new MetricsLog();
            using var trainer = new Trainer(Recipe, corpus, run, [metrics]);
            done = trainer.Run(new CancellationToken(canceled: true));
        }

        var lines = File.ReadLines(run.At("metrics.jsonl")).Select(line => JsonNode.Parse(line)!.AsObject()).ToList();
        var decision = Assert.Single(lines, line => (string?)line["kind"] == "decision");
        Assert.Equal((8, "objective.kl"), ((int)decision["step"]!, (string?)decision["key"]));
        Assert.Contains("beta grows from 0.001 to 1", (string?)decision["text"]);

        var validations = lines.Where(line => (string?)line["kind"] == "validation").ToList();
        Assert.Equal([4, 8, 12], validations.Select(line => (int)line["step"]!));
        Assert.All(validations, line => Assert.Contains((string?)line["posterior"]!["state"], new[] { "in-use", "collapsing", "collapsed" }));
        Assert.All(validations, line => Assert.InRange((double)line["reconstructed_characters"]!, 0, 1));
        Assert.All(validations, line => Assert.Equal((double)line["beta"]! == 1, line["verdict"] is not null)); // before, it says nothing
        Assert.All(validations.Where(line => line["verdict"] is null), line => Assert.Null(line["advice"]));
        Assert.All(validations.Where(line => line["verdict"] is not null && (string?)line["posterior"]!["state"] != "in-use"), line => Assert.True(line["advice"] is JsonArray { Count: > 0 }));
    }
}
