using System.Text.Json.Nodes;
using TextVae.Data;
using TextVae.Runs;
using TextVae.Storage;
using TextVae.Training;

namespace TextVae.Tests.Training;

public sealed class RunningTermsTests : IDisposable
{
    private static readonly Recipe Unequal = Tiny.Recipe with
    {
        Training = Tiny.Recipe.Training with { Steps = 23, ReportEvery = 5, CheckpointEvery = 3, ValidateEvery = 4, Threads = 1 },
    };

    private readonly TemporaryFolder _folder = new();
    private readonly Corpus _corpus;

    public RunningTermsTests() => _corpus = Tiny.Corpus(_folder.Path);

    public void Dispose()
    {
        _corpus.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_run_stopped_after_every_step_writes_the_metrics_of_an_uninterrupted_one()
    {
        var whole = Begin("whole");
        Assert.True(Sit(whole));
        var pieces = Begin("pieces");
        while (!Sit(pieces, new CancellationToken(canceled: true)))
        {
        }
        Assert.Equal(5 + 6, Metrics(whole).Count);
        Assert.Equal(Metrics(whole), Metrics(pieces));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(11)]
    [InlineData(22)]
    public void A_run_killed_between_two_checkpoints_repeats_their_steps_and_writes_the_same_metrics(int step)
    {
        var whole = Begin("whole");
        Assert.True(Sit(whole));
        var killed = Begin("killed");
        Assert.Throws<TimeoutException>(() => Sit(killed, default, new Killer(step)));
        Assert.True(Sit(killed));
        Assert.Equal(Metrics(whole), Metrics(killed));
    }

    [Fact]
    public void A_checkpoint_of_an_earlier_version_goes_on_without_them()
    {
        var run = Begin("run");
        Assert.Throws<TimeoutException>(() => Sit(run, default, new Killer(8)));
        var path = Path.Combine(run.At("checkpoints"), "000000006", "state.json");
        var state = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        Assert.Equal(1, (int)state["sinceReport"]!["steps"]!);
        Assert.True(state.Remove("sinceReport") && state.Remove("threads"));
        File.WriteAllText(path, state.ToJsonString());

        Assert.True(Sit(run));
        Assert.Equal(5 + 6, Metrics(run).Count);
    }

    [Fact]
    public void Sums_go_through_a_file_to_the_bit()
    {
        var sums = new TermSums { Steps = 7, Reconstruction = 0.1f + 0.2f, Kl = 1 / 3f, Auxiliary = float.Epsilon, GradientNorm = double.PositiveInfinity, Characters = 1L << 60, Seconds = 1 / 3.0 };
        using var terms = new RunningTerms(4, TorchSharp.torch.CPU);
        JsonFile.Write(_folder["sums.json"], sums);
        terms.GoOnFrom(JsonFile.Read<TermSums>(_folder["sums.json"]));
        Assert.Equal(sums, terms.Save());
    }

    private RunFolder Begin(string name)
    {
        var run = new RunFolder(_folder[name]);
        run.Begin(new TrainingFile { Recipe = Unequal }, _corpus.Tokenizer.Vocabulary);
        return run;
    }

    private bool Sit(RunFolder run, CancellationToken stop = default, params ITrainingObserver[] observers)
    {
        using var metrics = new MetricsLog();
        using var trainer = new Trainer(Unequal, _corpus, run, [metrics, .. observers]);
        return trainer.Run(stop);
    }

    /// <summary>The lines of metrics.jsonl without what the clock says.</summary>
    private static List<string> Metrics(RunFolder run) => [.. File.ReadLines(run.At("metrics.jsonl")).Select(line =>
    {
        var figures = JsonNode.Parse(line)!.AsObject();
        Assert.Equal(figures["kind"]!.GetValue<string>() == "training", figures.Remove("seconds") & figures.Remove("characters_per_second"));
        return figures.ToJsonString();
    })];

    private sealed class Killer(long at) : ITrainingObserver
    {
        public void Stepped(long step)
        {
            if (step == at)
            {
                throw new TimeoutException();
            }
        }
    }
}
