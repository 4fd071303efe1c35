using TextVae.Data;
using TextVae.Models;
using TextVae.Objectives;
using TextVae.Runs;
using static TorchSharp.torch;

namespace TextVae.Training;

/// <summary>A training step: a batch forward and backward through the objective (paper equation 4), then an update.</summary>
internal sealed class TrainingStep(Recipe recipe, Corpus corpus, RunFolder run, TextVaeModel model, Objective objective, KlAnnealing annealing, Device device) : IDisposable
{
    private readonly Adam _encoder = new(model.EncoderParameters);
    private readonly Adam _decoder = new(model.DecoderParameters);
    private readonly TrainingBatches _batches = new(recipe, corpus, model, device, recipe.Training.Seed, recipe.Training.Steps);
    private readonly TrainingBatches _encoderBatches = new(recipe, corpus, model, device, (long)Randomness.Seed(recipe.Training.Seed, 0, RandomStream.Aggressive), recipe.Training.Steps * (recipe.Training.Aggressive?.MostUpdates ?? 0));
    private (long Encoder, long Decoder) _begun;

    /// <summary>The optimiser's tensors, for checkpoints.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> OptimizerState => _encoder.State.Concat(_decoder.State);

    /// <summary>Goes on after a checkpoint whose tensors have been read.</summary>
    public void GoOnFrom(TrainingState state) => _begun = (_encoder.Steps, _decoder.Steps) = (state.EncoderUpdates, state.Step);

    /// <summary>Whether the weights are others than those that the run began or went on with.</summary>
    public bool HaveMoved => _begun != (_encoder.Steps, _decoder.Steps);

    /// <summary>The learning rate of a step.</summary>
    public double LearningRate(long step) => recipe.Training.LearningRate * recipe.Training.Decay.At(step);

    /// <summary>Makes the encoder's updates that go before a step in aggressive training.</summary>
    /// <param name="step">The step's number, from 1.</param>
    /// <param name="state">The run's state before them.</param>
    /// <param name="stop">Stops between two of them.</param>
    /// <returns>The state after them, with what it needs to go on where they were stopped.</returns>
    /// <exception cref="InvalidInputException">Training diverged; what came before stays.</exception>
    public TrainingState UpdateEncoder(long step, TrainingState state, CancellationToken stop)
    {
        if (recipe.Training.Aggressive is not { } aggressive || state.AggressiveOver)
        {
            return state with { Unfinished = null }; // there is nothing that it could be of
        }
        var (beta, rate) = (annealing.Beta(step), LearningRate(step));
        var updates = aggressive.Run(number => UpdateEncoder(step, _encoderBatches.At(number), beta, rate), step, state.Unfinished, stop);
        return state with { EncoderUpdates = _encoder.Steps, Unfinished = updates.AreOver ? null : updates };
    }

    /// <summary>Takes a step, after <see cref="UpdateEncoder(long, TrainingState, CancellationToken)"/>.</summary>
    /// <param name="step">Its number, from 1.</param>
    /// <param name="state">The run's state before it.</param>
    /// <returns>The loss, the gradient's norm before clipping, the batch's characters, and the state after it.</returns>
    /// <exception cref="InvalidInputException">Training diverged; the weights are those before the step.</exception>
    public (LossTerms Terms, Tensor GradientNorm, long Characters, TrainingState State) Run(long step, TrainingState state)
    {
        var (beta, rate) = (annealing.Beta(step), LearningRate(step));
        var batch = _batches.At(step);
        var (terms, total) = Loss(batch, beta);
        var norm = Backward(step, total);
        _decoder.Step(rate);
        if (recipe.Training.Aggressive is null || state.AggressiveOver)
        {
            _encoder.Step(rate);
        }
        annealing.AfterStep(() => terms.Kl.mean().item<float>());
        return (terms, norm, batch.Characters, state with { Step = step, EncoderUpdates = _encoder.Steps });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _batches.Dispose();
        _encoderBatches.Dispose();
        _encoder.Dispose();
        _decoder.Dispose();
    }

    /// <summary>One update of aggressive training.</summary>
    /// <returns>The batch's objective.</returns>
    private double UpdateEncoder(long step, TrainingBatch batch, double beta, double rate)
    {
        using var scope = NewDisposeScope();
        var (_, total) = Loss(batch, beta);
        Backward(step, total);
        _encoder.Step(rate);
        return total.item<float>();
    }

    private (LossTerms Terms, Tensor Total) Loss(TrainingBatch batch, double beta)
    {
        model.SetSeed(batch.Seed);
        var terms = objective.Terms(model.Forward(batch.Texts, batch.Previous, batch.Noise), batch.Texts);
        return (terms, terms.Total(beta, recipe.Objective.Alpha, recipe.Objective.FreeBits));
    }

    /// <summary>The gradients of all parameters, clipped, and their norm before; all of them finite.</summary>
    private Tensor Backward(long step, Tensor total)
    {
        _encoder.ZeroGradients();
        _decoder.ZeroGradients();
        total.backward();
        var norm = GradientClipping.Clip(model.parameters(), recipe.Training.Clip);
        Divergence.Refuse(run, step, total, norm, HaveMoved);
        return norm;
    }
}
