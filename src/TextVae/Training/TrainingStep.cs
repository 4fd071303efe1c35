using TextVae.Data;
using TextVae.Kernels;
using TextVae.Models;
using TextVae.Objectives;
using TextVae.Platform;
using TextVae.Runs;
using TorchSharp;
using static TextVae.Platform.TensorArithmetic;
using static TorchSharp.torch;

namespace TextVae.Training;

/// <summary>A training step: a batch forward and backward through the objective (paper equation 4), then an update.</summary>
internal sealed class TrainingStep(Recipe recipe, Corpus corpus, RunFolder run, TextVaeModel model, Objective objective, KlAnnealing annealing, Device device, Ranks ranks) : IDisposable
{
    private readonly Adam _encoder = new(model.EncoderParameters);
    private readonly Adam _decoder = new(model.DecoderParameters);
    private readonly TrainingBatches _batches = new(recipe, corpus, model, device, recipe.Training.Seed, recipe.Training.Steps);
    private readonly TrainingBatches _encoderBatches = new(recipe, corpus, model, device, (long)Randomness.Seed(recipe.Training.Seed, 0, RandomStream.Aggressive), recipe.Training.Steps * (recipe.Training.Aggressive?.MostUpdates ?? 0));
    private readonly WorkerTeam _team = new(device.type == DeviceType.CPU && model.SharesBatches ? Workers(recipe.Training, ranks) : 1, ranks);
    private readonly (string Name, TorchSharp.Modules.Parameter Value)[] _parameters = [.. model.named_parameters()];
    private (long Encoder, long Decoder) _begun;

    /// <summary>A worker a thread, each with a text at least; where nobody has said how many threads, with enough texts to be worth its gradients.</summary>
    public static int Workers(TrainingConfig training, Ranks ranks)
    {
        const int Worthwhile = 4; // docs/performance.md, "Many cores"
        var texts = training.BatchSize / ranks.Count;
        return int.Clamp(training.Threads > 0 ? texts : texts / Worthwhile, 1, get_num_threads());
    }

    /// <summary>The optimiser's tensors, for checkpoints.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> OptimizerState => _encoder.State.Concat(_decoder.State);

    /// <summary>Goes on after a checkpoint whose tensors have been read.</summary>
    public void GoOnFrom(TrainingState state) => _begun = (_encoder.Steps, _decoder.Steps) = (state.EncoderUpdates, state.Step);

    /// <summary>Whether the weights are others than those that the run began or went on with.</summary>
    public bool HaveMoved => _begun != (_encoder.Steps, _decoder.Steps);

    /// <summary>The learning rate of a step.</summary>
    public double LearningRate(long step) => recipe.Training.LearningRateAt(step);

    /// <summary>Makes the encoder's updates that go before a step in aggressive training.</summary>
    /// <param name="step">The step's number, from 1.</param>
    /// <param name="state">The run's state before them.</param>
    /// <param name="stop">Stops between two of them.</param>
    /// <returns>The state after them, with what it needs to go on where they were stopped.</returns>
    /// <exception cref="InvalidInputException">Training diverged; what came before stays.</exception>
    public TrainingState UpdateEncoder(long step, TrainingState state, AgreedStop stop)
    {
        if (recipe.Training.Aggressive is not { } aggressive || state.AggressiveOver)
        {
            return state with { Unfinished = null }; // there is nothing that it could be of
        }
        var (beta, rate) = (annealing.Beta(step), LearningRate(step));
        var updates = aggressive.Run(number => UpdateEncoder(step, _encoderBatches.At(number), beta, rate, stop), step, state.Unfinished, stop.Token);
        return state with { EncoderUpdates = _encoder.Steps, Unfinished = updates.AreOver ? null : updates };
    }

    /// <summary>Takes a step, after <see cref="UpdateEncoder(long, TrainingState, AgreedStop)"/>.</summary>
    /// <param name="step">Its number, from 1.</param>
    /// <param name="state">The run's state before it.</param>
    /// <returns>The loss, the gradient's norm before clipping, the batch's characters, and the state after it.</returns>
    /// <exception cref="InvalidInputException">Training diverged; the weights are those before the step.</exception>
    public (LossTerms Terms, Tensor GradientNorm, long Characters, TrainingState State) Run(long step, TrainingState state)
    {
        var (beta, rate) = (annealing.Beta(step), LearningRate(step));
        var batch = _batches.At(step);
        var (terms, _, gradients, norm) = Differentiate(step, batch, beta);
        _decoder.Step(rate, gradients, _team, recipe.Training.WeightDecay);
        if (recipe.Training.Aggressive is null || state.AggressiveOver)
        {
            _encoder.Step(rate, gradients, _team, recipe.Training.WeightDecay);
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
        _team.Dispose();
    }

    /// <summary>One update of aggressive training.</summary>
    /// <returns>The batch's objective.</returns>
    private double UpdateEncoder(long step, TrainingBatch batch, double beta, double rate, AgreedStop stop)
    {
        using var scope = NewDisposeScope();
        var (_, total, gradients, _) = Differentiate(step, batch, beta);
        _encoder.Step(rate, gradients, _team, recipe.Training.WeightDecay);
        _ = stop.Agree();
        return total.item<float>();
    }

    /// <summary>The objective and its gradients, clipped, and their norm before; all of them finite. Each worker has its texts.</summary>
    private (LossTerms Terms, Tensor Total, IReadOnlyDictionary<string, Tensor> Gradients, Tensor Norm) Differentiate(long step, TrainingBatch batch, double beta)
    {
        using var all = NewDisposeScope();
        model.SetSeed(batch.Seed);
        var (hands, parts) = (batch.Deal(_team.All), new (LossTerms Terms, Tensor Total, IReadOnlyList<Tensor?> Gradients)[_team.Count]);
        _team.Run(worker =>
        {
            using var scope = NewDisposeScope();
            var own = _team.All == 1 ? batch : batch.Select(hands[_team.First + worker]);
            var terms = objective.Terms(model.Forward(own.Texts, own.Previous, own.Noise, objective.Positions(own.Texts)), own.Texts);
            var total = terms.Total(beta, recipe.Objective.Alpha, recipe.Objective.FreeBits, batch.Texts.Count);
            parts[worker] = (terms.Kept(), total.detach().MoveToOuterDisposeScope(), Gradients.Of(total, _parameters));
        });
        foreach (var tensor in parts.SelectMany(part => part.Terms.Tensors.Append(part.Total).Concat(part.Gradients.OfType<Tensor>())))
        {
            all.Attach(tensor); // they come from the workers' scopes
        }
        var terms = LossTerms.OfAll([.. parts.Select(part => part.Terms)]);
        var loss = stack(parts.Select(part => part.Total)).sum();
        if (ranks.Count > 1)
        {
            (terms, loss) = OverRanks(terms, loss, batch.Texts.Count);
        }
        var (gradients, norm) = Gradients.Sum(_parameters, [.. parts.Select(part => part.Gradients)], _team);
        Divergence.Refuse(run, step, loss, norm, HaveMoved);
        if (recipe.Training.Clip is { } most)
        {
            GradientClipping.Clip(gradients.Values, norm, most);
        }
        foreach (var kept in gradients.Values.Concat(terms.Tensors).Append(loss).Append(norm))
        {
            kept.MoveToOuterDisposeScope();
        }
        return (terms, loss, gradients, norm);
    }

    /// <summary>The loss over all ranks, and the terms as those of one text, the batch's mean.</summary>
    private (LossTerms Terms, Tensor Loss) OverRanks(LossTerms own, Tensor loss, int texts)
    {
        using var scope = NewDisposeScope();
        var sums = cat([loss.view(1), own.Reconstruction.sum().view(1), own.Auxiliary.sum().view(1), own.KlByDimension.sum([0])]).to(float64).data<double>().ToArray();
        ranks.Sum(sums.AsSpan());
        var means = tensor(sums).Over(texts).to(float32);
        return (
            new LossTerms(means.narrow(0, 1, 1), means.narrow(0, 3, sums.Length - 3).view(1, -1), means.narrow(0, 2, 1)).Kept(),
            tensor((float)sums[0]).MoveToOuterDisposeScope());
    }
}
