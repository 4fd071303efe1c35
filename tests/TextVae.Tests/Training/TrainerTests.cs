using System.Security.Cryptography;
using TextVae.Data;
using TextVae.Kernels;
using TextVae.Models;
using TextVae.Objectives;
using TextVae.Platform;
using TextVae.Runs;
using TextVae.Storage;
using TextVae.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace TextVae.Tests.Training;

public class TrainerTests
{
    private static string Hash(RunFolder run) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(run.At(SavedModel.WeightsName))));

    private static RunFolder Begin(string folder, Recipe recipe, Corpus corpus)
    {
        var run = new RunFolder(folder);
        run.Begin(new TrainingFile { Recipe = recipe }, corpus.Tokenizer.Vocabulary);
        return run;
    }

    private static bool Train(Recipe recipe, Corpus corpus, RunFolder run, IReadOnlyList<ITrainingObserver> observers, CancellationToken stop = default)
    {
        using var trainer = new Trainer(recipe, corpus, run, observers);
        return trainer.Run(stop);
    }

    [Fact]
    public void A_run_stopped_after_each_step_and_resumed_ends_with_the_same_weights()
    {
        using var folder = new TemporaryFolder();
        using var corpus = Tiny.Corpus(folder.Path);
        var whole = Begin(folder["whole"], Tiny.Recipe, corpus);
        Assert.True(Train(Tiny.Recipe, corpus, whole, []));

        var pieces = Begin(folder["pieces"], Tiny.Recipe, corpus);
        var sittings = 0;
        for (var done = false; !done; sittings++)
        {
            done = Train(Tiny.Recipe, corpus, pieces, [], new CancellationToken(canceled: true));
        }
        Assert.Equal(12 + 3, sittings); // each does a step, or the validation that the one before was stopped in
        Assert.Equal(Hash(whole), Hash(pieces));
    }

    [Fact]
    public void A_run_ends_when_its_patience_does_in_one_sitting_or_in_many_and_stays_ended()
    {
        using var folder = new TemporaryFolder();
        using var corpus = Tiny.Corpus(folder.Path);
        var recipe = Tiny.Recipe with
        {
            Objective = new ObjectiveConfig { Kl = new ConstantSchedule() },
            Training = Tiny.Recipe.Training with { Steps = 400, ValidateEvery = 2, LearningRate = 1e-9, WeightDecay = 1, Patience = 2 }, // nothing gets better
        };
        var whole = Begin(folder["whole"], recipe, corpus);
        var notes = new Notes();
        Assert.True(Train(recipe, corpus, whole, [notes]));
        Assert.InRange(whole.SavedStep, 4, 399);
        Assert.Contains(notes.All, note => note.Contains("training ended after", StringComparison.Ordinal));

        var pieces = Begin(folder["pieces"], recipe, corpus);
        var sittings = 0;
        while (!Train(recipe, corpus, pieces, [], new CancellationToken(canceled: true)) && sittings < 2_000)
        {
            sittings++;
        }
        Assert.Equal((whole.SavedStep, Hash(whole)), (pieces.SavedStep, Hash(pieces)));
        Assert.True(Train(recipe, corpus, pieces, []));
        Assert.Equal(whole.SavedStep, pieces.SavedStep);
    }

    private sealed class Notes : ITrainingObserver
    {
        public List<string> All { get; } = [];

        public void Noted(string note) => All.Add(note);
    }

    public static TheoryData<string> Objectives => [.. Variants.Keys];

    /// <summary>Objectives and updates that remember something from step to step, or draw something.</summary>
    private static Dictionary<string, Recipe> Variants { get; } = new()
    {
        ["auto"] = With(new ObjectiveConfig { Kl = new AutoSchedule { Improvement = 0.5, Patience = 1 } }),
        ["target"] = With(new ObjectiveConfig { Kl = new TargetSchedule { Nats = 2, Integral = 0.2 } }),
        ["cyclical with input dropout"] = With(new ObjectiveConfig { InputDropout = 0.4, Kl = new CyclicalSchedule { Period = 5 } }),
        ["weight decay and a linear fall after a warm-up"] = Tiny.Recipe with { Training = Tiny.Recipe.Training with { WeightDecay = 0.1, WarmUp = 3, Decay = new LearningRateDecay { Shape = DecayShape.Linear, After = 4 } } },
        ["free bits"] = With(new ObjectiveConfig { FreeBits = 0.3, Kl = new ConstantSchedule() }),
        ["bytenet"] = Tiny.Recipe with { Model = Tiny.Config with { Decoder = new ByteNetDecoderConfig { Layers = 2, Channels = 6 } } },
        ["normalised means"] = Tiny.Recipe with { Model = Tiny.Config with { MeanScale = 0.5 } },
        ["aggressive"] = Tiny.Recipe with { Training = Tiny.Recipe.Training with { Aggressive = new AggressiveEncoder { Window = 1, MostUpdates = 3 } } },
    };

    private static Recipe With(ObjectiveConfig objective) => Tiny.Recipe with { Objective = objective };

    [Theory]
    [MemberData(nameof(Objectives))]
    public void Every_objective_resumes_to_the_bit(string name)
    {
        using var folder = new TemporaryFolder();
        using var corpus = Tiny.Corpus(folder.Path);
        var recorded = new Record();
        var whole = Begin(folder["whole"], Variants[name], corpus);
        Train(Variants[name], corpus, whole, [recorded]);

        var pieces = Begin(folder["pieces"], Variants[name], corpus);
        var resumed = new Record();
        while (!Train(Variants[name], corpus, pieces, [resumed], new CancellationToken(canceled: true)))
        {
        }
        Assert.Equal(Hash(whole), Hash(pieces));
        Assert.Equal(recorded.Decisions, resumed.Decisions);
        Assert.Equal(recorded.Validations.Select(report => report.Beta), resumed.Validations.Select(report => report.Beta));
    }

    [Theory]
    [MemberData(nameof(Objectives))]
    public void A_run_stopped_within_a_validation_saves_repeats_it_and_ends_with_the_same_weights(string name)
    {
        using var folder = new TemporaryFolder();
        using var corpus = Tiny.Corpus(folder.Path);
        var (recipe, recorded, resumed) = (Variants[name], new Record(), new Record());
        var whole = Begin(folder["whole"], recipe, corpus);
        Train(recipe, corpus, whole, [recorded]);

        var pieces = Begin(folder["pieces"], recipe, corpus);
        foreach (var step in new[] { 4, 8, 12 })
        {
            using var stop = new CancellationTokenSource();
            Assert.False(Train(recipe, corpus, pieces, [resumed, new StopValidating(stop)], stop.Token));
            Assert.Equal(step, pieces.SavedStep);
            Assert.Equal(step / 4 - 1, resumed.Validations.Count);
            Assert.Equal(step > 4, resumed.Starts[^1].OwesValidation);
        }
        Assert.True(Train(recipe, corpus, pieces, [resumed]));

        Assert.Equal(Hash(whole), Hash(pieces));
        Assert.Equal(recorded.Decisions, resumed.Decisions);
        Assert.Equal(recorded.Validations.Select(report => (report.Step, report.Beta, report.Best, report.Result)), resumed.Validations.Select(report => (report.Step, report.Beta, report.Best, report.Result)));
    }

    [Fact]
    public void Nothing_is_left_in_memory_and_nothing_reads_on_after_a_trainer_is_disposed()
    {
        using var folder = new TemporaryFolder();
        using var corpus = Tiny.Corpus(folder.Path);
        using var slow = new SlowDataset(corpus.Train);
        using var watched = new Corpus(corpus.Tokenizer, slow, corpus.Validation, null, corpus.Fingerprint);
        var recipe = Variants["aggressive"];
        recipe = recipe with { Training = recipe.Training with { Threads = 1 } }; // the count is the thread's
        var run = Begin(folder["run"], recipe, corpus);
        var before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

        Train(recipe, watched, run, [], new CancellationToken(canceled: true));

        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
        Assert.NotEqual(0, slow.Reads);
        Assert.Equal(0, slow.Reading);
    }

    [Fact]
    public void A_finished_run_tells_that_nothing_is_left_to_do()
    {
        using var folder = new TemporaryFolder();
        using var corpus = Tiny.Corpus(folder.Path);
        var run = Begin(folder["run"], Tiny.Recipe, corpus);
        var record = new Record();
        Train(Tiny.Recipe, corpus, run, [record]);
        Assert.True(Train(Tiny.Recipe, corpus, run, [record]));
        Assert.Equal([(0, false), (12, true)], record.Starts.Select(start => (start.StepsDone, start.IsFinished)));
    }

    [Fact]
    public void The_automatic_schedule_tells_what_it_decided_and_follows_it()
    {
        using var folder = new TemporaryFolder();
        using var corpus = Tiny.Corpus(folder.Path);
        var recorded = new Record();
        var recipe = Variants["auto"]; // validates at 4, 8 and 12; half of the reconstruction is never won: converged at 8
        Train(recipe, corpus, Begin(folder["run"], recipe, corpus), [recorded]);
        var decision = Assert.Single(recorded.Decisions);
        Assert.Equal((8, "objective.kl"), (decision.Step, decision.Key));
        Assert.Equal([0.001, 0.001, 1], recorded.Validations.Select(report => report.Beta));
    }

    [Fact]
    public void Aggressive_training_updates_the_encoder_more_often_until_the_mutual_information_stops_rising()
    {
        using var folder = new TemporaryFolder();
        using var corpus = Tiny.Corpus(folder.Path);
        var recorded = new Record();
        var recipe = Variants["aggressive"] with { Training = Variants["aggressive"].Training with { Steps = 200, LearningRate = 0.003 } };
        var run = Begin(folder["run"], recipe, corpus);
        Train(recipe, corpus, run, [recorded]);

        var decision = Assert.Single(recorded.Decisions);
        Assert.Equal("training.aggressive", decision.Key);
        var information = recorded.Validations.Where(report => report.Step <= decision.Step).Select(report => report.Result.MutualInformation).ToList();
        Assert.True(information[^1] <= information[..^1].Max());
        Assert.Equal(information[..^1], information[..^1].Order());
        var state = JsonFile.Read<TrainingState>(Path.Combine(new CheckpointStore(run.At("checkpoints")).Latest()!.Path, "state.json"));
        Assert.InRange(state.EncoderUpdates, state.Step + decision.Step, state.Step + 2 * decision.Step); // 2 or 3 in place of 1
    }

    [Theory]
    [MemberData(nameof(Objectives))]
    public void Workers_that_share_a_batch_have_the_gradients_and_the_statistics_of_all_of_it(string name)
    {
        using var folder = new TemporaryFolder();
        using var corpus = Tiny.Corpus(folder.Path);
        using var scope = NewDisposeScope();
        Dictionary<string, Tensor> With(int threads) => AfterOneStep(name, threads, folder[$"{threads}"], corpus, Ranks.Alone);
        var expected = With(1);
        AssertAlike(expected, With(3));
        var ranks = ThreadRanks.Run(2, ranks => AfterOneStep(name, threads: 1 + ranks.Rank, folder["ranks"], corpus, ranks));
        AssertAlike(expected, ranks[0]);
        Assert.All(ranks[0], pair => Assert.True(pair.Value.Equals(ranks[1][pair.Key]), pair.Key)); // each has loaded the one checkpoint, and would have refused it else
    }

    /// <summary>After one step Adam's means are a tenth of the gradients. That of a bias before a normalisation is nothing but rounding.</summary>
    private static void AssertAlike(Dictionary<string, Tensor> expected, Dictionary<string, Tensor> actual)
    {
        var normalisedInput = actual.Keys.Any(key => key.StartsWith("decoder.normalization", StringComparison.Ordinal)); // a ByteNet's
        foreach (var (tensor, value) in actual.Where(pair => !IsRounding(pair.Key)))
        {
            var most = expected[tensor].abs().max().item<float>();
            Assert.True(value.allclose(expected[tensor], 1e-3, 1e-4 * most + 1e-7), tensor);
        }
        bool IsRounding(string key) => key.EndsWith("bias.mean", StringComparison.Ordinal)
            && (key.Contains("convolution", StringComparison.Ordinal) || (normalisedInput && key == "decoder.input.bias.mean"));
    }

    /// <summary>Adam's means and the running statistics, as this rank goes on with them.</summary>
    private static Dictionary<string, Tensor> AfterOneStep(string name, int threads, string folder, Corpus corpus, Ranks ranks)
    {
        var variant = Variants[name];
        var recipe = variant with { Training = variant.Training with { Threads = threads, Steps = 1, BatchSize = 5, Precision = Precision.Float32, Aggressive = null } };
        var run = ranks.Rank == 0 ? Begin(folder, recipe, corpus) : new RunFolder(folder);
        ranks.Barrier();
        using (var trainer = new Trainer(recipe, corpus, run, [], ranks))
        {
            Assert.True(trainer.Run());
        }
        ranks.Barrier();
        using var model = new TextVaeModel(recipe.Model, recipe.Data.Length, corpus.Tokenizer.Vocabulary.Count);
        using var adam = new Adam(model.named_parameters());
        run.LoadCheckpoint(model, adam.State, ranks);
        return adam.State.Where(state => state.Key.EndsWith(".mean", StringComparison.Ordinal))
            .Concat(model.named_buffers().Select(named => KeyValuePair.Create(named.name, named.buffer))).ToDictionary(pair => pair.Key, pair => pair.Value.to(float32, copy: true)); // also the number of batches
    }

    [Fact]
    public void Another_seed_ends_with_other_weights()
    {
        using var folder = new TemporaryFolder();
        using var corpus = Tiny.Corpus(folder.Path);
        var hashes = new[] { 1, 2 }.Select(seed =>
        {
            var recipe = Tiny.Recipe with { Training = Tiny.Recipe.Training with { Seed = seed } };
            var run = Begin(folder[$"{seed}"], recipe, corpus);
            Train(recipe, corpus, run, []);
            return Hash(run);
        }).ToList();
        Assert.NotEqual(hashes[0], hashes[1]);
    }

    [Fact]
    public void A_step_changes_every_parameter_and_a_validation_changes_nothing()
    {
        using var folder = new TemporaryFolder();
        using var corpus = Tiny.Corpus(folder.Path);
        var watch = new Watch();
        var recipe = Tiny.Recipe with { Training = Tiny.Recipe.Training with { Steps = 1, ValidateEvery = 1 } };
        Train(recipe, corpus, Begin(folder["run"], recipe, corpus), [watch]);

        Assert.NotEmpty(watch.Before);
        Assert.All(watch.Before, pair => Assert.False(pair.Value.SequenceEqual(watch.AfterStep[pair.Key]), $"{pair.Key} did not change"));
        Assert.All(watch.AfterStep, pair => Assert.True(pair.Value.SequenceEqual(watch.AfterValidation[pair.Key]), $"{pair.Key} changed"));
    }

    [Fact]
    public void No_tensor_is_left_over_by_steps_reports_validations_and_checkpoints()
    {
        using var folder = new TemporaryFolder();
        using var corpus = Tiny.Corpus(folder.Path);
        var count = new Count();
        var recipe = Tiny.Recipe with { Training = Tiny.Recipe.Training with { Steps = 200, ValidateEvery = 20, CheckpointEvery = 20 } };
        Train(recipe, corpus, Begin(folder["run"], recipe, corpus), [count]);

        Assert.Equal(200, count.Alive.Count);
        Assert.InRange(count.Alive[200 - 1], 0, count.Alive[20 - 1]); // fewer where the garbage collector has been
    }

    [Fact]
    public void The_weights_to_use_are_the_best_at_full_KL_weight()
    {
        using var folder = new TemporaryFolder();
        using var corpus = Tiny.Corpus(folder.Path);
        var watch = new Watch();
        var recipe = Tiny.Recipe with
        {
            Objective = Tiny.Recipe.Objective with { Kl = new LinearSchedule { Start = 1, End = 4 } },
            Training = Tiny.Recipe.Training with { Steps = 40, ValidateEvery = 2 },
        };
        var run = Begin(folder["run"], recipe, corpus);
        Train(recipe, corpus, run, [watch]);

        Assert.All(watch.Reports, report => Assert.False(report.Best && report.Beta < 1));
        var best = watch.Reports.Where(report => report.Beta == 1).MaxBy(report => report.Result.Elbo)!;
        Assert.Equal(best.Step, watch.Reports.Last(report => report.Best).Step);
        var saved = SavedModel.Load(run.Path);
        saved.Model.SetPrecision(recipe.Training.Precision);
        var evaluator = new TextVae.Evaluation.Evaluator(saved.Model, new Objective(0, false), saved.Tokenizer, CPU, recipe.Training.Seed);
        Assert.Equal(best.Result, evaluator.Evaluate(new EvaluationBatches(corpus.Validation, recipe.Training.BatchSize, recipe.Training.ValidationTexts)));
    }

    [Fact]
    public void Overfitting_one_batch_drives_reconstruction_towards_zero()
    {
        using var scope = NewDisposeScope();
        var model = Tiny.Model();
        var (tokens, objective) = (Tiny.Tokens(4), new Objective(0, false));
        using var adam = new Adam(model.named_parameters());
        using var team = new WorkerTeam(1);
        var parameters = model.named_parameters().ToArray();
        double Step(int step)
        {
            using var inner = NewDisposeScope();
            var terms = Tiny.Terms(objective, model, TextBatch.Of(tokens), Tiny.Noise(4, (ulong)step));
            var (gradients, _) = Gradients.Sum(parameters, [Gradients.Of(terms.Total(beta: 0, alpha: 0.2), parameters)], team);
            adam.Step(0.02, gradients, team);
            return terms.Reconstruction.mean().item<float>();
        }
        var first = Step(0);
        var last = first;
        for (var step = 1; step <= 300; step++)
        {
            last = Step(step);
        }
        Assert.InRange(first, 15, 30); // 8 tokens of 11: 8 ln 11 = 19 nats
        Assert.InRange(last, 0, 0.5);
    }

    private sealed class Watch : ITrainingObserver
    {
        private TextVaeModel? _model;

        public Dictionary<string, float[]> Before { get; private set; } = [];

        public Dictionary<string, float[]> AfterStep { get; private set; } = [];

        public Dictionary<string, float[]> AfterValidation { get; private set; } = [];

        public List<ValidationReport> Reports { get; } = [];

        public void Started(TrainingStart start) => Before = Values(_model = start.Model);

        public void Stepped(long step) => AfterStep = Values(_model!);

        public void Validated(ValidationReport report)
        {
            AfterValidation = Values(_model!);
            Reports.Add(report);
        }

        private static Dictionary<string, float[]> Values(TextVaeModel model)
        {
            using var scope = NewDisposeScope();
            return model.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter.detach().data<float>().ToArray());
        }
    }

    private sealed class Record : ITrainingObserver
    {
        public List<Decision> Decisions { get; } = [];

        public List<ValidationReport> Validations { get; } = [];

        public List<TrainingStart> Starts { get; } = [];

        public void Started(TrainingStart start) => Starts.Add(start);

        public void Decided(Decision decision) => Decisions.Add(decision);

        public void Validated(ValidationReport report) => Validations.Add(report);
    }

    private sealed class StopValidating(CancellationTokenSource stop) : ITrainingObserver
    {
        private bool _owed;

        public void Started(TrainingStart start) => _owed = start.OwesValidation;

        public void Validated(ValidationReport report) => _owed = false;

        public void Validating(long texts, long of)
        {
            if (!_owed)
            {
                stop.Cancel();
            }
        }
    }

    /// <summary>Takes so long for a text that a batch is still being read ahead when the step that it is not for is done.</summary>
    private sealed class SlowDataset(ITextDataset texts) : ITextDataset
    {
        private int _reads;
        private int _reading;

        public int Reads => _reads;

        public int Reading => _reading;

        public long Count => texts.Count;

        public int Length => texts.Length;

        public IReadOnlyList<string> Notes => texts.Notes;

        public long EvaluationCount => texts.EvaluationCount;

        public int Read(long index, Span<int> ids)
        {
            Interlocked.Increment(ref _reads);
            Interlocked.Increment(ref _reading);
            Thread.Sleep(100);
            Interlocked.Decrement(ref _reading);
            return texts.Read(index, ids);
        }

        public long TrainingIndex(long seed, long draw) => texts.TrainingIndex(seed, draw);

        public long EvaluationIndex(long number) => texts.EvaluationIndex(number);

        public void Dispose()
        {
        }
    }

    private sealed class Count : ITrainingObserver
    {
        public List<long> Alive { get; } = [];

        public void Stepped(long step) => Alive.Add(Tensor.TotalCount);
    }
}
