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

    [Fact]
    public void A_run_goes_on_with_its_texts_wherever_they_are_now_and_what_needs_them_can_be_told()
    {
        TextVaeTraining.Run(_folder["whole"], Steps(4), Data);
        TextVaeTraining.Run(_folder["run"], Steps(2), Data);
        File.Move(_folder["texts.txt"], _folder["moved.txt"]);
        var moved = TrainingTexts.Files(_folder["moved.txt"]);
        using (var session = TextVaeSession.Load(_folder["run"], new SessionOptions { TrainingTexts = moved }))
        {
            Assert.True(session.Evaluate().Result.Texts > 0);
            Assert.Equal(1_001, session.ValidationScores().Quantiles.Count);
            Assert.Single(session.Select(1, new SelectionOptions { Compare = true }));
        }
        var other = TrainingTexts.Files(_folder.Write("other.txt", string.Concat(Enumerable.Range(0, 99).Select(number => $"text {number}\n"))));
        using (var session = TextVaeSession.Load(_folder["run"], new SessionOptions { TrainingTexts = other }))
        {
            var error = Assert.Throws<InvalidInputException>(() => session.Evaluate());
            Assert.Equal((InputKind.Data, "training texts"), (error.Kind, error.Property));
            Assert.Matches("other.txt: found fingerprint [0-9a-f]{64}; expected [0-9a-f]{64}: these are not the texts", error.Message);
        }
        using (var session = TextVaeSession.Load(_folder["run"]))
        {
            Assert.Equal("training texts", Assert.Throws<InvalidInputException>(() => session.Evaluate()).Property);
        }
        TextVaeTraining.Run(_folder["run"], Steps(4), moved);
        Assert.Equal(Weights("whole"), Weights("run"));
        Assert.Equal([_folder["moved.txt"]], new RunFolder(_folder["run"]).ReadTraining().DataPaths);
        Assert.Contains("fingerprint", Assert.Throws<InvalidInputException>(() => TextVaeTraining.Run(_folder["run"], Steps(5), other)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_of_other_sizes_than_the_description_is_refused_before_a_model_is_built_or_anything_written()
    {
        TextVaeTraining.Run(_folder["run"], Steps(4), Data);
        var path = _folder["run/training.json"];
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"hidden\": 9", "\"hidden\": 60000", StringComparison.Ordinal));
        var (altered, model) = (new RunFolder(_folder["run"]).ReadTraining().Recipe, File.ReadAllText(_folder["run/model.json"]));
        var before = Environment.WorkingSet;
        var error = Assert.Throws<InvalidInputException>(() => TextVaeTraining.Run(_folder["run"], altered, Data));
        Assert.Equal(InputKind.RunFolder, error.Kind);
        Assert.Contains("000000004/model.safetensors: tensor \"decoder.", error.Message, StringComparison.Ordinal);
        Assert.InRange(Environment.WorkingSet - before, long.MinValue, 64 << 20);
        Assert.Equal(model, File.ReadAllText(_folder["run/model.json"]));
    }

    [Fact]
    public void A_run_that_diverged_goes_on_from_its_last_checkpoint_with_a_smaller_learning_rate()
    {
        Recipe At(double rate, double? clip = null) => Steps(20) with { Training = Steps(20).Training with { LearningRate = rate, Clip = clip } };
        using var stop = new CancellationTokenSource();
        TextVaeTraining.Run(_folder["run"], At(0.01), Data, Observed(new StopAt(6, stop)), stop.Token);

        var error = Assert.Throws<InvalidInputException>(() => TextVaeTraining.Run(_folder["run"], At(1e38), Data));
        Assert.Equal(InputKind.Divergence, error.Kind);
        Assert.Contains("the last good checkpoint is step 6", error.Message, StringComparison.Ordinal);
        TextVaeSession.Load(_folder["run"]).Dispose();

        Assert.True(TextVaeTraining.Run(_folder["run"], At(0.005, clip: 2), Data).IsFinished);
        var training = new RunFolder(_folder["run"]).ReadTraining();
        Assert.Equal((0.005, 2), (training.Recipe.Training.LearningRate, training.Recipe.Training.Clip));
        Assert.Equal(["training.learningRate=1E+38", "training.learningRate=0.005", "training.clip=2"], training.Overrides);
        Assert.Equal(RecipeFile.ToJson(training.Recipe), RecipeFile.ToJson(RecipeFile.Override(At(0.01), training.Overrides)));
    }

    [Fact]
    public void Another_number_of_threads_is_noted_once()
    {
        Recipe On(int threads, long steps) => Steps(steps) with { Training = Steps(steps).Training with { Threads = threads } };
        bool Noted(Recipe recipe) => TextVaeTraining.Run(_folder["run"], recipe, Data).Notes.Any(note => note.Contains("training.threads", StringComparison.Ordinal));
        Assert.Equal([false, false, true, false, false], new[] { On(1, 2), On(1, 3), On(2, 4), On(2, 5), On(1, 5) }.Select(Noted)); // the last has nothing to do
        Assert.Contains(TextVaeTraining.Run(_folder["run"], On(1, 6), Data).Notes, note => note.StartsWith("the run had training.threads 2 and goes on with 1: ", StringComparison.Ordinal));
    }

    [Fact]
    public void Texts_that_a_program_gives_train_as_those_of_a_file_do_and_go_on_if_they_are_given_again()
    {
        var lines = File.ReadAllLines(_folder["texts.txt"]);
        TextVaeTraining.Run(_folder["file"], Steps(6), Data);
        TextVaeTraining.Run(_folder["run"], Steps(3), TrainingTexts.Of(lines));
        var result = TextVaeTraining.Run(_folder["run"], Steps(6), TrainingTexts.Of(lines));
        Assert.Equal((true, 6), (result.IsFinished, result.StepsDone));
        Assert.Equal(Weights("file"), Weights("run"));

        var run = new RunFolder(_folder["run"]);
        Assert.Equal(["memory"], run.ReadTraining().DataPaths);
        Assert.Contains("texts that a program gave", File.ReadAllText(run.At("README.md")), StringComparison.Ordinal);
        using var session = result.OpenSession();
        Assert.Equal(2, session.Sample(2).Count());
        Assert.Contains("from its memory", Assert.Throws<InvalidInputException>(() => run.OpenCorpus(session.Saved.Tokenizer)).Message, StringComparison.Ordinal);
        string Refused(TrainingTexts texts) => Assert.Throws<InvalidInputException>(() => TextVaeTraining.Run(_folder["run"], Steps(9), texts)).Message;
        Assert.Contains("it has changed since the run began", Refused(TrainingTexts.Of(lines[1..])), StringComparison.Ordinal);
        Assert.Contains("expected what the run began with: texts that a program gave", Refused(Data), StringComparison.Ordinal);
        Assert.Contains("expected what the run began with", Refused(TrainingTexts.Files("memory")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_can_wait_for_a_training_watch_it_and_stop_it()
    {
        using var stop = new CancellationTokenSource();
        var seen = new Told<TrainingProgress>();
        var options = Observed(new StopAt(4, stop)) with { Progress = seen };
        var result = await TextVaeTraining.RunAsync(_folder["run"], Steps(9), Data, options, stop.Token);
        Assert.Equal((false, 4), (result.IsFinished, result.StepsDone));
        Assert.Equal(Enumerable.Range(1, 4).Select(step => new TrainingProgress(step, 9)), seen.Reports);
        result.OpenSession().Dispose();
    }

    [Fact]
    public void A_run_that_ends_before_the_annealing_does_says_so_each_time()
    {
        for (var time = 0; time < 2; time++)
        {
            Assert.Contains(TextVaeTraining.Run(_folder["run"], Steps(6), Data).Notes, note => note.StartsWith("the KL weight is still 0.5", StringComparison.Ordinal));
        }
        Assert.Single(Directory.GetFiles(_folder["run/tensorboard"])); // and a run that is done gets no other log
        Assert.DoesNotContain(TextVaeTraining.Run(_folder["run"], Steps(12), Data).Notes, note => note.Contains("KL weight", StringComparison.Ordinal));
    }

    [Fact]
    public void The_model_card_names_the_recipes_source_and_the_built_in_corpus_goes_by_its_name()
    {
        string Card(string run) => File.ReadAllText(Path.Combine(_folder[run], "README.md"));
        var sourced = Steps(1) with { Data = Tiny.Recipe.Data with { Source = _folder["texts.txt"] } };
        TextVaeTraining.Run(_folder["sourced"], sourced, TrainingTexts.OfRecipe);
        Assert.Contains("Data: texts.txt (", Card("sourced"), StringComparison.Ordinal);
        Assert.DoesNotContain(_folder.Path, Card("sourced"), StringComparison.Ordinal);
        Assert.StartsWith("---\nlibrary_name: textvae\npipeline_tag: text-generation\ntags:\n- textvae\n", Card("sourced"), StringComparison.Ordinal);
        Assert.True(TextVaeTraining.Run(_folder["sourced"], sourced, Data).IsFinished); // the same texts

        var small = Steps(1) with { Training = Steps(1).Training with { ValidationTexts = 4 } };
        TextVaeTraining.Run(_folder["docs"], small, TrainingTexts.Files("dotnet-docs"));
        Assert.Equal(["dotnet-docs"], new RunFolder(_folder["docs"]).ReadTraining().DataPaths);
        Assert.Contains("Data: the built-in corpus dotnet-docs (", Card("docs"), StringComparison.Ordinal);
        Assert.True(TextVaeTraining.Run(_folder["docs"], small, TrainingTexts.OfRecipe).IsFinished);
    }

    private byte[] Weights(string run) => File.ReadAllBytes(Path.Combine(_folder[run], "model.safetensors"));

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
