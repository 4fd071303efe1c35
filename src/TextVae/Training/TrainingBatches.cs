using TextVae.Data;
using TextVae.Layers;
using TextVae.Models;
using TextVae.Objectives;
using static TorchSharp.torch;

namespace TextVae.Training;

/// <summary>A batch to train on.</summary>
/// <param name="Tokens">The texts, [batch, time].</param>
/// <param name="Previous">What the decoder reads: the previous tokens, some of them dropped, [batch, time].</param>
/// <param name="Noise">Of the samples from the posterior, [batch, latent].</param>
/// <param name="Characters">Characters of the texts.</param>
internal sealed record TrainingBatch(Tensor Tokens, Tensor Previous, Tensor Noise, long Characters);

/// <summary>The batches of a run, each a function of (seed, step). The next one is read while the last one is trained on.</summary>
internal sealed class TrainingBatches(Recipe recipe, Corpus corpus, TextVaeModel model, Device device, long seed)
{
    private readonly TrainingSampler _sampler = new(corpus.Train, recipe.Training.BatchSize, seed);
    private (long Step, Task<(long[] Ids, long Characters)> Texts)? _ahead;

    /// <summary>The batch of a step.</summary>
    /// <param name="step">From 1.</param>
    public TrainingBatch At(long step)
    {
        var (ids, characters) = _ahead is { } ahead && ahead.Step == step ? ahead.Texts.GetAwaiter().GetResult() : Read(step);
        _ahead = (step + 1, Task.Run(() => Read(step + 1)));
        var tokens = tensor(ids).view(-1, recipe.Data.Length).to(device);
        var previous = InputDropout.Apply(model.Previous(tokens), recipe.Objective.InputDropout, model.Shape, Randomness.Seed(seed, step, RandomStream.Dropout));
        return new TrainingBatch(tokens, previous, Noise(step), characters);
    }

    private (long[] Ids, long Characters) Read(long step)
    {
        var ids = new long[recipe.Training.BatchSize * recipe.Data.Length];
        _sampler.Fill(step - 1, ids);
        return (ids, corpus.Tokenizer.CountCharacters(ids));
    }

    private Tensor Noise(long step) =>
        SeededNoise.Of(Randomness.Seed(seed, step, RandomStream.Posterior), [recipe.Training.BatchSize, model.Shape.Latent]).to(device);
}
