using TextVae.Runs;
using TextVae.Tests.Data;

namespace TextVae.Tests.Runs;

/// <summary>Checkpoints and descriptions that no training wrote.</summary>
public sealed class HostileCheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public HostileCheckpointTests()
    {
        var fixture = Path.Combine(Repository.Root, "tests", "TextVae.Tests", "Fixtures", "run-of-0.1");
        foreach (var file in new[] { "training.json", Path.Combine("checkpoints", "000000200", "state.json") })
        {
            _folder.Write(Path.Combine("run", file), File.ReadAllBytes(Path.Combine(fixture, file)));
        }
    }

    public void Dispose() => _folder.Dispose();

    private RunFolder Run => new RunFolder(_folder["run"]);

    [Fact]
    public void An_empty_folder_named_like_a_checkpoint_is_refused()
    {
        Directory.CreateDirectory(Path.Combine(Run.At("checkpoints"), "999999999"));
        Refusal.Is(InputKind.RunFolder, () => _ = Run.SavedStep, "999999999", "state.json: no such file");
    }

    [Theory]
    [InlineData("\"step\": 200", "\"step\": -5", "state.json: step is -5; expected 200, as its folder is named")]
    [InlineData("\"encoderUpdates\": 200", "\"encoderUpdates\": 9223372036854775807", "encoderUpdates is 9223372036854775807")]
    [InlineData("\"aggressiveOver\": false", "\"aggressiveOver\": false, \"unfinished\": { \"count\": -1 }", "unfinished.count is -1")]
    [InlineData("\"aggressiveOver\": false", "\"aggressiveOver\": false, \"bestMutualInformation\": 1e999", "bestMutualInformation")]
    public void A_state_that_no_run_comes_to_is_refused(string from, string to, string expected)
    {
        Replace(Path.Combine(Run.At("checkpoints"), "000000200", "state.json"), from, to);
        Refusal.Is(InputKind.RunFolder, () => _ = Run.SavedStep, expected);
    }

    [Fact]
    public void A_recipe_in_training_json_is_validated()
    {
        Replace(Run.At("training.json"), "\"batchSize\": 16", "\"batchSize\": -4");
        Refusal.Is(InputKind.RunFolder, () => Run.ReadTraining(), "training.json: training.batchSize is -4; expected at least 2");
    }

    private static void Replace(string path, string from, string to)
    {
        var text = File.ReadAllText(path);
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(from, to, StringComparison.Ordinal));
    }
}
