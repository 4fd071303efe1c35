using TextVae.Data;
using TextVae.Models;
using TextVae.Objectives;
using TextVae.Platform;
using TextVae.Runs;
using TextVae.SampleParts;
using TextVae.Training;
using TorchSharp;

namespace TextVae.Tests.Training;

/// <summary>Several processes that train one model.</summary>
public sealed class ReplicasTests : IDisposable
{
    private static readonly Recipe Whole = Tiny.Recipe with
    {
        Objective = new ObjectiveConfig { Kl = new AutoSchedule { Improvement = 0.5, Patience = 1 } }, // which learns from validations
        Training = Tiny.Recipe.Training with { Threads = 1, Aggressive = new AggressiveEncoder { Window = 1, MostUpdates = 3 } },
    };

    private readonly TemporaryFolder _folder = new();
    private readonly Corpus _corpus;

    public ReplicasTests() => _corpus = Tiny.Corpus(_folder.Path);

    public void Dispose()
    {
        _corpus.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void All_stop_where_one_is_asked_to_and_go_on_to_the_weights_of_a_run_that_never_stopped()
    {
        var whole = Begin("whole");
        Assert.All(ThreadRanks.Run(2, ranks => Train(whole, ranks, default)), Assert.True);

        var pieces = Begin("pieces");
        var sittings = 0;
        bool[] finished;
        do
        {
            var asked = sittings % 2; // the one that validates, or the other
            finished = ThreadRanks.Run(2, ranks => Train(pieces, ranks, new CancellationToken(canceled: ranks.Rank == asked)));
            Assert.Equal(finished[0], finished[1]);
            Assert.InRange(++sittings, 1, 100);
        }
        while (!finished[0]);
        Assert.True(sittings > Whole.Training.Steps, $"{sittings}"); // each does a step or less
        Assert.Equal(File.ReadAllBytes(whole.At(SavedModel.WeightsName)), File.ReadAllBytes(pieces.At(SavedModel.WeightsName)));
    }

    [Fact]
    public void Ranks_that_have_drifted_apart_are_refused_before_they_save()
    {
        var run = Begin("run");
        var failures = ThreadRanks.Run(2, ranks =>
        {
            using var trainer = new Trainer(Whole, _corpus, run, [new Drift(afterStep: ranks.Rank == 1 ? 7 : -1)], ranks);
            return Assert.Throws<InvalidInputException>(() => trainer.Run());
        });
        Assert.All(failures, failure => Assert.Equal($"{run.Path}: found that the 2 processes have different weights after step 10; expected the same on each", failure.Message));
        Assert.Equal(5, run.SavedStep);
    }

    [Fact]
    public void A_checkpoint_that_another_process_does_not_see_is_told()
    {
        var run = Begin("run");
        ThreadRanks.Run(1, ranks => Train(run, ranks, new CancellationToken(canceled: true)));
        var messages = ThreadRanks.Run(2, ranks =>
        {
            var seen = ranks.Rank == 0 ? run : new RunFolder(_folder["elsewhere"]);
            try
            {
                seen.LoadCheckpoint(new TextVaeModel(Whole.Model, Whole.Data.Length, _corpus.Tokenizer.Vocabulary.Count), [], ranks);
                return "";
            }
            catch (InvalidInputException failure)
            {
                return failure.Message;
            }
        });
        Assert.Contains("elsewhere: process 1 of 2 found no checkpoint of step ", messages[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Another_number_of_processes_is_said()
    {
        var (run, notes) = (Begin("run"), new Notes());
        ThreadRanks.Run(2, ranks => Train(run, ranks, new CancellationToken(canceled: true)));
        using (var trainer = new Trainer(Whole, _corpus, run, [notes]))
        {
            Assert.True(trainer.Run());
        }
        Assert.Contains(notes.Said, note => note.StartsWith("the run had 2 processes and goes on with 1: it rounds otherwise", StringComparison.Ordinal));
    }

    [Fact]
    public void What_several_processes_cannot_train_is_refused()
    {
        DecoderConfig.Kinds.Add<TransformerDecoderConfig>("transformer");
        Refused("training.batchSize is 4; expected at least 5, a text for each process", 5, Whole);
        Refused("a part of the model is one that needs whole batches; expected parts that 2 processes ", 2, Whole with { Model = Whole.Model with { Decoder = new TransformerDecoderConfig { Layers = 1, Heads = 2, Width = 8 } } });
    }

    private void Refused(string message, int processes, Recipe recipe)
    {
        var refused = Assert.Throws<InvalidInputException>(() => new Trainer(recipe, _corpus, new RunFolder(_folder["none"]), [], ThreadRanks.One(0, processes)));
        Assert.Equal(InputKind.Usage, refused.Kind);
        Assert.StartsWith(message, refused.Message, StringComparison.Ordinal);
    }

    private RunFolder Begin(string name)
    {
        var run = new RunFolder(_folder[name]);
        run.Begin(new TrainingFile { Recipe = Whole }, _corpus.Tokenizer.Vocabulary);
        return run;
    }

    private bool Train(RunFolder run, Ranks ranks, CancellationToken stop)
    {
        using var trainer = new Trainer(Whole, _corpus, run, [], ranks);
        return trainer.Run(stop);
    }

    private sealed class Drift(long afterStep) : ITrainingObserver
    {
        private TextVaeModel? _model;

        public void Started(TrainingStart start) => _model = start.Model;

        public void Stepped(long step)
        {
            if (step == afterStep)
            {
                using var scope = torch.NewDisposeScope();
                using var _ = torch.no_grad();
                _model!.parameters().First().add_(1e-3f);
            }
        }
    }

    private sealed class Notes : ITrainingObserver
    {
        public List<string> Said { get; } = [];

        public void Noted(string note) => Said.Add(note);
    }
}
