using System.Diagnostics;
using System.Text.Json;
using TextVae.Data;
using TextVae.Evaluation;
using TextVae.Generation;
using TextVae.Models;
using TextVae.Objectives;
using TextVae.Platform;
using TextVae.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace TextVae.Training;

/// <summary>
/// The training loop. Everything random is a function of (seed, step, purpose), so a run that was stopped, even by the
/// power, and resumed ends with the same weights to the bit on the same machine and thread count. Where several processes train
/// one model, each does this with its part of every batch, and the first alone validates and writes.
/// </summary>
public sealed class Trainer : IDisposable
{
    private const int ShownTexts = 4;
    private const int ReconstructedTexts = 32;

    private readonly Recipe _recipe;
    private readonly Corpus _corpus;
    private readonly RunFolder _run;
    private readonly IReadOnlyList<ITrainingObserver> _observers;
    private readonly Ranks _ranks;
    private readonly int _threads;
    private readonly Device _device;
    private readonly TextVaeModel _model;
    private readonly KlAnnealing _annealing;
    private readonly TrainingStep _step;
    private readonly Evaluator _evaluator;
    private readonly RunningTerms _running;
    private TrainingState _state;

    private bool IsFinished => (_state.Step >= _recipe.Training.Steps || HasConverged) && _state.OwedValidation is null;

    private bool HasConverged => _state.SinceBest >= (_recipe.Training.Patience ?? int.MaxValue);

    /// <summary>Prepares a run: a new one, or the newest checkpoint in its folder.</summary>
    /// <exception cref="InvalidInputException">The recipe does not fit the data, or the checkpoint not the recipe.</exception>
    public Trainer(Recipe recipe, Corpus corpus, RunFolder run, IReadOnlyList<ITrainingObserver> observers)
        : this(recipe, corpus, run, observers, Ranks.Alone)
    {
    }

    /// <summary>As above, as one of several processes, all of which come here.</summary>
    internal Trainer(Recipe recipe, Corpus corpus, RunFolder run, IReadOnlyList<ITrainingObserver> observers, Ranks ranks)
    {
        recipe.Validate();
        (_recipe, _corpus, _run, _observers, _ranks) = (recipe, corpus, run, observers, ranks);
        var training = recipe.Training;
        _threads = training.Threads > 0 ? training.Threads : CoreShare.Threads(ranks);
        _device = Devices.Select(training.Device, _threads);
        TrainingMemory.Require(recipe, corpus.Tokenizer.Vocabulary.Count);
        _model = new TextVaeModel(recipe.Model, recipe.Data.Length, corpus.Tokenizer.Vocabulary.Count, training.Seed);
        _model.to(_device);
        _model.SetPrecision(training.Precision);
        RequireShareable();
        var objective = new Objective(corpus.Tokenizer.Vocabulary.PadId, recipe.Data.ScorePadding);
        _annealing = new KlAnnealing(recipe.Objective.Kl);
        _step = new TrainingStep(recipe, corpus, run, _model, objective, _annealing, _device, ranks);
        _evaluator = new Evaluator(_model, objective, corpus.Tokenizer, _device, training.Seed);
        _running = new RunningTerms(training.BatchSize, _device);
        try
        {
            _state = run.LoadCheckpoint(_model, _step.OptimizerState, ranks) ?? new TrainingState();
            RequireSameWeights();
        }
        catch
        {
            Dispose();
            throw;
        }
        _step.GoOnFrom(_state);
        _annealing.GoOnFrom(_state.Kl);
        if (_state.SinceReport is { } sums)
        {
            _running.GoOnFrom(sums);
        }
    }

    /// <summary>Trains to the last step.</summary>
    /// <param name="stop">
    /// Saves and stops: after the step that is being done, within its validation, or between two of an encoder's updates. What
    /// is missing is the first thing that the resumed run does. Each call does something, even if it is to stop from the beginning.
    /// </param>
    /// <returns>Whether the last step was reached and validated.</returns>
    /// <exception cref="InvalidInputException">Training diverged, or the run cannot be saved; the last checkpoint stays as it is.</exception>
    public bool Run(CancellationToken stop = default)
    {
        var training = _recipe.Training;
        Tell(observer => observer.Started(new TrainingStart(_run, _recipe, _corpus, _model, _state.Step, _state.OwedValidation is not null) { IsFinished = IsFinished }));
        NoteOtherRounding();
        _model.train();
        using var agreed = new AgreedStop(_ranks, stop);
        var stopped = false;
        if (_state.OwedValidation is { } owed)
        {
            Validate(_state.Step, owed, stop.IsCancellationRequested ? default : stop);
            Save();
            stopped = agreed.Agree();
        }
        for (var step = _state.Step + 1; step <= training.Steps && !stopped && !HasConverged; step++)
        {
            var last = step == training.Steps;
            var beta = _annealing.Beta(step);
            if (Step(step, agreed))
            {
                if (last || step % training.ReportEvery == 0)
                {
                    Report(step, beta);
                }
                if (last || step % training.ValidateEvery == 0)
                {
                    Validate(step, beta, stop);
                }
            }
            stopped = agreed.Agree();
            if (last || stopped || HasConverged || step % training.CheckpointEvery == 0)
            {
                Save();
            }
        }
        if (IsFinished)
        {
            Note();
        }
        return IsFinished;
    }

    /// <summary>Frees the model, the optimiser and all else that the training has in memory, at once.</summary>
    public void Dispose()
    {
        _step.Dispose();
        _running.Dispose();
        _model.Dispose();
    }

    /// <summary>Whether the step was done, not stopped during the encoder's updates before it.</summary>
    private bool Step(long step, AgreedStop stop)
    {
        var clock = Stopwatch.StartNew();
        using var scope = NewDisposeScope();
        _state = _step.UpdateEncoder(step, _state, stop);
        var done = _state.Unfinished is null;
        if (done)
        {
            var (terms, norm, characters, state) = _step.Run(step, _state);
            _running.Add(terms, norm, characters);
            _state = state;
        }
        _running.AddTime(clock.Elapsed.TotalSeconds);
        _state = _state with { Seconds = _state.Seconds + clock.Elapsed.TotalSeconds };
        if (done)
        {
            Tell(observer => observer.Stepped(step));
        }
        return done;
    }

    private void Report(long step, double beta)
    {
        var report = _running.Report(step, beta, _step.LearningRate(step), _state.Seconds);
        Tell(observer => observer.Reported(report));
    }

    /// <summary>Validates; if it is stopped, the run owes it. Rank 0 does it for all, which take over what it has decided.</summary>
    private void Validate(long step, double beta, CancellationToken stop)
    {
        if (_ranks.Rank == 0)
        {
            ValidateHere(step, beta, stop);
        }
        if (_ranks.Count > 1)
        {
            _state = JsonSerializer.Deserialize<TrainingState>(_ranks.Broadcast(JsonSerializer.Serialize(_state with { Kl = _annealing.Saved }, Json.Configuration)), Json.Configuration)!;
            _annealing.GoOnFrom(_state.Kl);
        }
    }

    private void ValidateHere(long step, double beta, CancellationToken stop)
    {
        var training = _recipe.Training;
        var batches = new EvaluationBatches(_corpus.Validation, training.BatchSize, training.ValidationTexts);
        if (Measure(step, batches, stop) is not var (result, reconstructions, samples))
        {
            _state = _state with { OwedValidation = beta };
            return;
        }
        _state = _state with { OwedValidation = null };
        var settled = _recipe.Objective.Kl.IsSettled(beta, result.Kl);
        var best = settled && -result.Elbo < (_state.BestBound ?? double.PositiveInfinity);
        _state = _state with { SinceBest = best ? 0 : _state.SinceBest + (settled ? 1 : 0) };
        if (best)
        {
            Divergence.Refuse(_run, step, _model.state_dict());
            _run.WriteWeights(_model);
            _state = _state with { BestBound = -result.Elbo };
        }
        var verdict = settled || _recipe.Objective.Kl.ControlsKl ? LatentUse.Judge(result, reconstructions) : null; // a small KL weight says nothing
        var report = new ValidationReport(step, beta, result, best, [.. reconstructions.Take(ShownTexts)], samples, verdict is { IsInUse: false } ? CollapseAdvice.For(_recipe) : null)
        {
            ReconstructedCharacters = LatentUse.ReconstructedCharacters(reconstructions),
            Verdict = verdict?.Sentence,
        };
        Tell(observer => observer.Validated(report));
        if (step % training.ValidateEvery == 0) // not after the last step, which may be another's in a longer run
        {
            Learn(step, result);
        }
    }

    /// <summary>The figures, and some texts to show; null if it is stopped.</summary>
    private (EvaluationResult Result, IReadOnlyList<Reconstruction> Reconstructions, IReadOnlyList<string> Samples)? Measure(long step, EvaluationBatches batches, CancellationToken stop)
    {
        try
        {
            var result = _evaluator.Evaluate(batches, new ValidationProgress(this, batches.Used), stop);
            Divergence.Refuse(_run, step, result, _step.HaveMoved);
            var generator = new TextGenerator(_model, _corpus.Tokenizer, _device);
            var first = batches.Read(0);
            var shown = first.Select([.. Enumerable.Range(0, int.Min(ReconstructedTexts, first.Count))]);
            return (result, generator.Reconstruct(shown, stop), generator.Sample(ShownTexts, _recipe.Training.Seed, stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>What a validation decides about the steps to come.</summary>
    private void Learn(long step, EvaluationResult result)
    {
        if (_annealing.AfterValidation(step, result.Reconstruction) is { } decision)
        {
            Tell(observer => observer.Decided(new Decision(step, "objective.kl", decision)));
        }
        if (_recipe.Training.Aggressive is not null && !_state.AggressiveOver)
        {
            var rises = result.MutualInformation > (_state.BestMutualInformation ?? double.NegativeInfinity);
            _state = _state with { BestMutualInformation = rises ? result.MutualInformation : _state.BestMutualInformation, AggressiveOver = !rises };
            if (!rises)
            {
                Tell(observer => observer.Decided(new Decision(step, "training.aggressive", FormattableString.Invariant(
                    $"the mutual information is {result.MutualInformation:F2} nats and was {_state.BestMutualInformation:F2}: from here on the encoder is updated once a step"))));
            }
        }
    }

    /// <summary>Tells what a user should know about a finished run.</summary>
    private void Note()
    {
        if (HasConverged)
        {
            Tell(observer => observer.Noted(FormattableString.Invariant(
                $"training ended after {_state.Step:N0} of {_recipe.Training.Steps:N0} steps: {_state.SinceBest} validations brought no better bound; the best weights are kept")));
            return;
        }
        var (beta, schedule) = (_annealing.Beta(_state.Step), _recipe.Objective.Kl);
        if (beta < schedule.Weight && !schedule.ControlsKl)
        {
            Tell(observer => observer.Noted(FormattableString.Invariant(
                $"the KL weight is still {beta:0.###} of {schedule.Weight:0.###} at the last step: texts get better if the run goes on with a larger training.steps")));
        }
    }

    /// <summary>Tells that the rest of the run rounds otherwise than its beginning did.</summary>
    private void NoteOtherRounding()
    {
        if (_device.type != DeviceType.CPU || IsFinished || _state.Threads is not { } threads)
        {
            return;
        }
        var processes = _state.Processes ?? 1;
        if (threads != _threads)
        {
            Note(FormattableString.Invariant($"training.threads {threads}"), _threads);
        }
        if (processes != _ranks.Count)
        {
            Note(FormattableString.Invariant($"{processes} process{(processes > 1 ? "es" : "")}"), _ranks.Count);
        }
        void Note(string before, int now) => Tell(observer => observer.Noted(FormattableString.Invariant(
            $"the run had {before} and goes on with {now}: it rounds otherwise, so its weights will not be, to the bit, those of a run that was never stopped")));
    }

    private void RequireShareable()
    {
        try
        {
            Replicas.RequireShareable(_ranks, _recipe, _model);
        }
        catch
        {
            _model.Dispose();
            throw;
        }
    }

    private void RequireSameWeights()
    {
        if (_ranks.Count > 1)
        {
            Replicas.RequireSame(_ranks, _run, InputKind.Device, FormattableString.Invariant($"weights after step {_state.Step}"), Replicas.Hash([.. _model.state_dict(), .. _step.OptimizerState]));
        }
    }

    private void Save()
    {
        RequireSameWeights();
        Divergence.Refuse(_run, _state.Step, [.. _model.state_dict(), .. _step.OptimizerState]);
        if (_ranks.Rank == 0)
        {
            if (_state.BestBound is null)
            {
                _run.WriteWeights(_model); // no bound at the full KL weight yet: the last weights are the ones to use
            }
            var state = _state with { Kl = _annealing.Saved, Threads = _threads, Processes = _ranks.Count > 1 ? _ranks.Count : null, SinceReport = _running.Save() };
            _run.SaveCheckpoint(state, _model, _step.OptimizerState);
        }
        Tell(observer => observer.Saved(_state.Step));
    }

    private void Tell(Action<ITrainingObserver> what)
    {
        foreach (var observer in _observers)
        {
            what(observer);
        }
    }

    private sealed class ValidationProgress(Trainer trainer, long texts) : IProgress<long>
    {
        public void Report(long value) => trainer.Tell(observer => observer.Validating(value, texts));
    }
}
