using System.Diagnostics;
using TextVae.Data;
using TextVae.Evaluation;
using TextVae.Generation;
using TextVae.Models;
using TextVae.Objectives;
using TextVae.Platform;
using TorchSharp;
using static TorchSharp.torch;

namespace TextVae.Training;

/// <summary>
/// The training loop. Everything random is a function of (seed, step, purpose), so a run that was stopped, even by the
/// power, and resumed ends with the same weights to the bit on the same machine and thread count.
/// </summary>
public sealed class Trainer
{
    private const int ShownTexts = 4;

    private readonly Recipe _recipe;
    private readonly Corpus _corpus;
    private readonly RunFolder _run;
    private readonly IReadOnlyList<ITrainingObserver> _observers;
    private readonly Device _device;
    private readonly TextVaeModel _model;
    private readonly Objective _objective;
    private readonly Adam _optimizer;
    private readonly TrainingSampler _sampler;
    private readonly Evaluator _evaluator;
    private readonly RunningTerms _running;
    private readonly long[] _ids; // a batch, [batch, time]
    private TrainingState _state;

    /// <summary>Prepares a run: a new one, or the newest checkpoint in its folder.</summary>
    /// <exception cref="InvalidInputException">The recipe does not fit the data, or the checkpoint not the recipe.</exception>
    public Trainer(Recipe recipe, Corpus corpus, RunFolder run, IReadOnlyList<ITrainingObserver> observers)
    {
        recipe.Validate();
        FreedMemory.Keep();
        (_recipe, _corpus, _run, _observers) = (recipe, corpus, run, observers);
        var training = recipe.Training;
        _device = Devices.Select(training.Device, training.Threads);
        _model = new TextVaeModel(recipe.Model, recipe.Data.Length, corpus.Tokenizer.Vocabulary.Count, training.Seed);
        _model.to(_device);
        _model.Use(training.Precision);
        _objective = new Objective(corpus.Tokenizer.Vocabulary.PadId, recipe.Data.ScorePadding);
        _optimizer = new Adam(_model.named_parameters());
        _sampler = new TrainingSampler(corpus.Train, training.BatchSize, training.Seed);
        _evaluator = new Evaluator(_model, _objective, corpus.Tokenizer, _device, training.Seed);
        _running = new RunningTerms(training.BatchSize, _device);
        _ids = new long[training.BatchSize * recipe.Data.Length];
        _state = run.LoadCheckpoint(_model, _optimizer) ?? new TrainingState();
    }

    /// <summary>Trains to the last step.</summary>
    /// <param name="stop">Saves after the current step and stops.</param>
    /// <returns>Whether the last step was reached.</returns>
    public bool Run(CancellationToken stop = default)
    {
        var training = _recipe.Training;
        Tell(observer => observer.Started(new TrainingStart(_run, _recipe, _corpus, _model, _state.Step + 1)));
        _model.train();
        var stopped = false;
        for (var step = _state.Step + 1; step <= training.Steps && !stopped; step++)
        {
            var last = step == training.Steps;
            Step(step);
            if (last || step % training.ReportEvery == 0)
            {
                Report(step);
            }
            if (last || step % training.ValidateEvery == 0)
            {
                Validate(step);
            }
            stopped = stop.IsCancellationRequested;
            if (last || stopped || step % training.CheckpointEvery == 0)
            {
                Save();
            }
        }
        return _state.Step >= training.Steps;
    }

    private void Step(long step)
    {
        var clock = Stopwatch.StartNew();
        using var scope = NewDisposeScope();
        var objective = _recipe.Objective;
        var (tokens, characters) = Batch(step); // [batch, time]
        var previous = InputDropout.Apply(_model.Previous(tokens), objective.InputDropout, _model.Shape, Seed(step, RandomStream.Dropout));
        var noise = Noise(step); // [batch, latent]

        var terms = _objective.Terms(_model.Forward(tokens, previous, noise), tokens);
        _optimizer.ZeroGradients();
        terms.Total(objective.Kl.Weight(step), objective.Alpha).backward();
        var norm = _optimizer.ClipGradients(_recipe.Training.Clip);
        _optimizer.Step(LearningRate(step));

        _running.Add(terms, norm, characters);
        _running.AddTime(clock.Elapsed.TotalSeconds);
        _state = _state with { Step = step, Seconds = _state.Seconds + clock.Elapsed.TotalSeconds };
        Tell(observer => observer.Stepped(step));
    }

    private (Tensor Tokens, long Characters) Batch(long step)
    {
        _sampler.Fill(step - 1, _ids);
        return (tensor(_ids).view(-1, _recipe.Data.Length).to(_device), _corpus.Tokenizer.CountCharacters(_ids));
    }

    private Tensor Noise(long step)
    {
        using var generator = new Generator(Seed(step, RandomStream.Posterior));
        return randn(_recipe.Training.BatchSize, _model.Shape.Latent, generator: generator).to(_device);
    }

    private ulong Seed(long step, RandomStream stream) => Randomness.Seed(_recipe.Training.Seed, step, stream);

    private double LearningRate(long step) => _recipe.Training.LearningRate * _recipe.Training.Decay.At(step);

    private void Report(long step)
    {
        var report = _running.Report(step, _recipe.Objective.Kl.Weight(step), LearningRate(step), _state.Seconds);
        Tell(observer => observer.Reported(report));
    }

    private void Validate(long step)
    {
        var training = _recipe.Training;
        var batches = new EvaluationBatches(_corpus.Validation, training.BatchSize, training.ValidationTexts);
        var result = _evaluator.Evaluate(batches, texts => Tell(observer => observer.Validating(texts, batches.Used)));
        var beta = _recipe.Objective.Kl.Weight(step);
        var best = beta == _recipe.Objective.Kl.FullWeight && -result.Elbo < (_state.BestBound ?? double.PositiveInfinity);
        if (best)
        {
            _run.WriteWeights(_model);
            _state = _state with { BestBound = -result.Elbo };
        }
        var generator = new TextGenerator(_model, _corpus.Tokenizer, _device);
        var shown = batches.Read(0)[..(int.Min(ShownTexts, (int)batches.Used) * _recipe.Data.Length)];
        var report = new ValidationReport(step, beta, result, best,
            generator.Reconstruct(shown), generator.Sample(ShownTexts, training.Seed));
        Tell(observer => observer.Validated(report));
    }

    private void Save()
    {
        if (_state.BestBound is null)
        {
            _run.WriteWeights(_model); // no bound at the full KL weight yet: the last weights are the ones to use
        }
        _run.SaveCheckpoint(_state, _model, _optimizer);
        Tell(observer => observer.Saved(_state.Step));
    }

    private void Tell(Action<ITrainingObserver> what)
    {
        foreach (var observer in _observers)
        {
            what(observer);
        }
    }
}
