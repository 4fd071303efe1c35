using TextVae.Runs;
using TextVae.Training;

namespace TextVae.Tests;

public sealed class TextVaeTrainingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TextVaeTrainingTests() => Tiny.Corpus(_folder.Path).Dispose();

    public void Dispose() => _folder.Dispose();

    private TrainingTexts Data => TrainingTexts.Files(_folder["texts.txt"]);

    private static TrainingOptions Observed(params ITrainingObserver[] observers) => new() { Observers = observers };

    private static Recipe Steps(long steps) => Tiny.Recipe with { Training = Tiny.Recipe.Training with { Steps = steps } };

    [Fact]
    public void One_call_writes_a_whole_run_folder_and_names_it()
    {
        Assert.True(TextVaeTraining.Run(_folder["run"], Steps(5), Data).IsFinished);
        var run = new RunFolder(_folder["run"]);
        var training = run.ReadTraining();
        Assert.Equal(("run", 64), (training.Name, training.DataFingerprint.Length));
        Assert.Equal([_folder["texts.txt"]], training.DataPaths);
        Assert.NotNull(training.Machine);
        Assert.All(["model.safetensors", "metrics.jsonl", "README.md"], name => Assert.True(File.Exists(run.At(name)), name));
        Assert.Equal(5, run.SavedStep);
    }

    [Fact]
    public void A_run_that_was_stopped_goes_on_with_the_same_call_and_ends_as_if_it_had_not_been()
    {
        TextVaeTraining.Run(_folder["whole"], Steps(9), Data);
        using var stop = new CancellationTokenSource();

        Assert.False(TextVaeTraining.Run(_folder["run"], Steps(9), Data, Observed(new StopAt(4, stop)), stop.Token).IsFinished);
        Assert.Equal(4, new RunFolder(_folder["run"]).SavedStep);
        Assert.True(TextVaeTraining.Run(_folder["run"], Steps(9), Data).IsFinished);

        byte[] Weights(string run) => File.ReadAllBytes(Path.Combine(_folder[run], "model.safetensors"));
        Assert.Equal(Weights("whole"), Weights("run"));
        Assert.True(TextVaeTraining.Run(_folder["run"], Steps(9), Data).IsFinished); // done already
        Assert.Equal(Weights("whole"), Weights("run"));
    }

    [Fact]
    public void Another_run_in_the_same_folder_is_refused_and_the_one_there_stays_as_it_is()
    {
        TextVaeTraining.Run(_folder["run"], Steps(4), Data);
        var before = File.ReadAllText(_folder["run/training.json"]);
        var other = _folder.Write("other.txt", "other texts\nof ours\n");
        void Refused(string why, InputKind kind, Recipe recipe, TrainingTexts data)
        {
            var error = Assert.Throws<InvalidInputException>(() => TextVaeTraining.Run(_folder["run"], recipe, data));
            Assert.Equal(kind, error.Kind);
            Assert.Contains(why, error.Message, StringComparison.Ordinal);
            Assert.Equal(before, File.ReadAllText(_folder["run/training.json"]));
        }
        Refused("the settings differ", InputKind.Usage, Steps(4) with { Data = Tiny.Recipe.Data with { Length = 32 } }, Data);
        Refused("other.txt", InputKind.Usage, Steps(4), TrainingTexts.Files(other));
        Refused("training.steps is 3; expected at least 4", InputKind.Usage, Steps(3), Data);
        File.AppendAllText(_folder["texts.txt"], "one more\n");
        Refused("it has changed since the run began", InputKind.Data, Steps(6), Data);
    }

    /// <summary>Asks to stop during a step.</summary>
    private sealed class StopAt(long at, CancellationTokenSource stop) : ITrainingObserver
    {
        public void Stepped(long step)
        {
            if (step == at)
            {
                stop.Cancel();
            }
        }
    }
}
