using System.IO.Compression;
using System.Text.Json;

namespace TextVae.Cli.Tests.Commands;

public class TrainCommandTests(TrainedRun trained)
{
    [Fact]
    public void A_run_folder_is_written_whole()
    {
        trained.Training.Succeeded();
        var run = trained.Files;

        Assert.Equal(
            ["README.md", "checkpoints", "metrics.jsonl", "model.json", "model.safetensors", "prior.safetensors", "tensorboard", "training.json", "vocabulary.json"],
            Names(Directory.GetFileSystemEntries(run.Path)));
        Assert.Equal(["000000039", "000000040"], run.Checkpoints);
        Assert.All(run.Checkpoints, checkpoint =>
            Assert.Equal(["model.safetensors", "optimizer.safetensors", "state.json"], Names(Directory.GetFiles(run["checkpoints", checkpoint]))));
        Assert.StartsWith("events.out.tfevents", Assert.Single(Names(Directory.GetFiles(run["tensorboard"]))), StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(1, 40).Select(step => (long)step), run.StepsOf("training"));
        Assert.Equal([5, 10, 15, 20, 25, 30, 35, 40], run.StepsOf("validation"));
        Assert.Contains("40 of 40 steps", File.ReadAllText(run["README.md"]), StringComparison.Ordinal);
    }

    [Fact]
    public void The_weights_to_use_are_those_of_the_best_validation_at_the_full_KL_weight()
    {
        trained.Training.Succeeded();
        var best = trained.Files.MetricsOf("validation")
            .Where(line => line.GetProperty("beta").GetDouble() == 1)
            .MaxBy(line => line.GetProperty("elbo").GetDouble());

        var evaluated = TextVaeProcess.Run(trained.Folder, "evaluate", "run", "--threads", "1", "--json").Succeeded();

        var figures = JsonElement.Parse(Assert.Single(evaluated)).EnumerateObject().Where(figure => !figure.Name.StartsWith("fitted_prior", StringComparison.Ordinal)).ToList();
        Assert.True(figures.Count > 10);
        Assert.All(figures, figure => Assert.Equal(best.GetProperty(figure.Name).GetRawText(), figure.Value.GetRawText()));
    }

    [Fact]
    public void Samples_go_to_stdout_and_everything_else_to_stderr_unwrapped()
    {
        Assert.Equal(10, trained.Training.Succeeded().Length);
        var last = Assert.Single(trained.Training.ErrorLines, line => line.StartsWith("step 40/40", StringComparison.Ordinal));
        Assert.Matches("^step 40/40  beta 1  reconstruction .* chars/s  0:00:00 left$", last);
        Assert.DoesNotContain('\u001b', trained.Training.Error);
    }

    [Fact]
    public void A_folder_of_running_text_trains_on_windows()
    {
        using var folder = TinyCorpus.Prepare();
        TinyCorpus.WriteFolder(folder);

        var ended = TextVaeProcess.Run(folder, "train", "tiny.json", "--data", "texts", "--out", "run", "--set", "data.texts=windows", "--steps", "3", "--json");

        var result = JsonElement.Parse(Assert.Single(ended.Succeeded()));
        Assert.Equal("run", result.GetProperty("run").GetString());
        Assert.All(result.GetProperty("samples").EnumerateArray(), sample => Assert.Equal(16, sample.GetString()!.Length));
        var data = JsonElement.Parse(File.ReadAllText(folder["run", "training.json"])).GetProperty("recipe").GetProperty("data");
        Assert.Equal("windows", data.GetProperty("texts").GetString());
    }

    [Fact]
    public void Without_a_recipe_one_that_fits_is_trained_into_a_folder_named_after_the_texts_and_resumed()
    {
        using var folder = new TemporaryFolder();
        string[] changes = ["model.decoder.hidden=8", "model.latent=4", "model.encoder.channels=[8]", "model.expansion.channels=[8]",
            "model.expansion.features=8", "data.length=32", "data.tokenizer=characters", "training.validationTexts=50"];

        var trained = TextVaeProcess.Run(folder, ["train", "--steps", "3", .. changes.SelectMany(change => new[] { "--set", change })]);
        trained.Succeeded();
        Assert.Contains(trained.ErrorLines, line => line.StartsWith("texts of up to 31 characters, as ", StringComparison.Ordinal) && line.EndsWith("longer ones are cut there", StringComparison.Ordinal));

        var description = JsonElement.Parse(File.ReadAllText(folder["runs", "dotnet-docs", "training.json"]));
        Assert.Equal("auto", description.GetProperty("name").GetString());
        Assert.Empty(description.GetProperty("dataPaths").EnumerateArray());
        Assert.Contains("model.latent=4", description.GetProperty("overrides").EnumerateArray().Select(text => text.GetString()));
        Assert.Equal("000000003", new RunFiles(folder["runs", "dotnet-docs"]).Checkpoints[^1]);

        TextVaeProcess.Run(folder, "train", "--resume", "--data", "dotnet-docs", "--steps", "4").Succeeded(); // the same by its name
        TextVaeProcess.Run(folder, "train", "--resume", "--steps", "5").Succeeded(); // the last one
        Assert.Equal(["000000004", "000000005"], new RunFiles(folder["runs", "dotnet-docs"]).Checkpoints[^2..]);
        Refusal.Of(1, TextVaeProcess.Run(folder, "train", "--resume", "--minutes", "2"), "--minutes", "expected --steps");
        Refusal.Of(1, TextVaeProcess.Run(folder, "train", "small", "--minutes", "2"), "--minutes", "small");
    }

    [Fact]
    public void Twelve_sentences_are_trained_on_within_the_minutes_and_the_long_one_is_cut()
    {
        using var folder = new TemporaryFolder();
        folder.Write("twelve.txt", string.Join('\n', TinyCorpus.Sentences.Take(11)) + "\n" + new string('a', 700) + "\n");
        folder.Write("held.txt", string.Join('\n', TinyCorpus.Sentences.Skip(11).Take(5)) + "\n");

        var trained = TextVaeProcess.Run(folder, "train", "--data", "twelve.txt", "--valid", "held.txt", "--minutes", "0.05", "--set", "model.decoder.hidden=8", "--nats", "3");

        trained.Succeeded();
        Assert.Contains(trained.ErrorLines, line => line.Contains("are few: the model will know them by heart", StringComparison.Ordinal));
        Assert.Contains(trained.ErrorLines, line => line.StartsWith("reconstructs ", StringComparison.Ordinal) && line.EndsWith("% of the characters of texts that it has not seen", StringComparison.Ordinal));
        var recipe = JsonElement.Parse(File.ReadAllText(folder["runs", "twelve", "training.json"])).GetProperty("recipe");
        Assert.Equal(folder["held.txt"], recipe.GetProperty("data").GetProperty("validation").GetString());
        Assert.Equal(3, recipe.GetProperty("objective").GetProperty("kl").GetProperty("nats").GetDouble());
        Assert.Equal(512, recipe.GetProperty("data").GetProperty("length").GetInt32());
    }

    [Fact]
    public void A_recipe_that_names_its_texts_is_described_by_them_and_a_run_shorter_than_its_annealing_says_so()
    {
        using var folder = TinyCorpus.Prepare();
        var trained = TextVaeProcess.Run(folder, "train", "tiny.json", "--set", "data.source=animals.txt", "--steps", "2", "--out", "run");
        trained.Succeeded();
        Assert.Contains("the KL weight is still", trained.Error, StringComparison.Ordinal);
        Assert.Contains(TextVaeProcess.Run(folder, "info", "run").Succeeded(), line => line.StartsWith("data ", StringComparison.Ordinal) && line.EndsWith(" animals.txt", StringComparison.Ordinal));
    }

    [Fact]
    public void Compressed_texts_in_two_files_give_the_same_weights()
    {
        using var folder = TinyCorpus.Prepare();
        folder.Write("first.txt", string.Join('\n', TinyCorpus.Sentences.Take(100)) + "\n");
        using (var compressed = new StreamWriter(new GZipStream(File.Create(folder["second.txt.gz"]), CompressionLevel.Fastest)))
        {
            compressed.Write(string.Join('\n', TinyCorpus.Sentences.Skip(100)) + "\n");
        }

        TextVaeProcess.Run(folder, "train", "tiny.json", "--data", "first.txt", "--data", "second.txt.gz", "--out", "run").Succeeded();

        trained.Training.Succeeded();
        Assert.Equal(trained.Files.Hashes, new RunFiles(folder["run"]).Hashes);
    }

    private static string[] Names(string[] paths) => [.. paths.Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
}
