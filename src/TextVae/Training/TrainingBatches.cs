using TextVae.Data;
using TextVae.Layers;
using TextVae.Models;
using TextVae.Objectives;
using static TorchSharp.torch;

namespace TextVae.Training;

/// <summary>A batch to train on.</summary>
/// <param name="Texts">The texts, [batch, time], on the model's device.</param>
/// <param name="Previous">What the decoder reads: the previous tokens, some of them dropped, [batch, time].</param>
/// <param name="Noise">Of the samples from the posterior, [batch, latent].</param>
/// <param name="Characters">Characters of the texts.</param>
/// <param name="Seed">Of what layers draw.</param>
internal sealed record TrainingBatch(TextBatch Texts, Tensor Previous, Tensor Noise, long Characters, ulong Seed)
{
    /// <summary>Which texts each of some workers has, so that all have about as many, of about as many tokens: the longest first, forth and back.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Deal(int workers)
    {
        var hands = Enumerable.Range(0, workers).Select(_ => new List<int>()).ToArray();
        foreach (var (turn, text) in Enumerable.Range(0, Texts.Count).OrderByDescending(text => Texts.Lengths[text]).Index())
        {
            var (round, place) = int.DivRem(turn, workers);
            hands[int.IsEvenInteger(round) ? place : workers - 1 - place].Add(text);
        }
        return hands;
    }

    /// <summary>Some of the texts.</summary>
    public TrainingBatch Select(IReadOnlyList<int> texts)
    {
        var rows = tensor(texts.Select(text => (long)text).ToArray(), device: Previous.device);
        return this with { Texts = Texts.Select(texts).On(Previous.device), Previous = Previous.index_select(0, rows), Noise = Noise.index_select(0, rows) };
    }
}

/// <summary>The batches of a run, each a function of (seed, step). The next one is read while the one before it is trained on.</summary>
/// <param name="recipe">The run's.</param>
/// <param name="corpus">Where the texts are.</param>
/// <param name="model">What the batches are for.</param>
/// <param name="device">Where the model is.</param>
/// <param name="seed">Chooses the texts, the noise and what is dropped.</param>
/// <param name="last">The last step: no batch is read ahead beyond it.</param>
internal sealed class TrainingBatches(Recipe recipe, Corpus corpus, TextVaeModel model, Device device, long seed, long last) : IDisposable
{
    private readonly TrainingSampler _sampler = new(corpus.Train, recipe.Training.BatchSize, seed, recipe.Training.SimilarLengths);
    private (long Step, Task<(TextBatch Texts, long Characters)> Texts)? _ahead;

    /// <summary>The batch of a step.</summary>
    /// <param name="step">From 1.</param>
    public TrainingBatch At(long step)
    {
        var (texts, characters) = _ahead is { } ahead && ahead.Step == step ? ahead.Texts.GetAwaiter().GetResult() : Read(step);
        _ahead = step < last ? (step + 1, Task.Run(() => Read(step + 1))) : null;
        var batch = texts.On(device);
        var previous = InputDropout.Apply(model.Previous(batch.Tokens), recipe.Objective.InputDropout, model.Shape, Randomness.Seed(seed, step, RandomStream.Dropout));
        return new TrainingBatch(batch, previous, Noise(step), characters, Randomness.Seed(seed, step, RandomStream.Layers));
    }

    /// <summary>Waits for the batch that is being read ahead, as the corpus may be closed after this.</summary>
    public void Dispose()
    {
        if (_ahead is { } ahead)
        {
            ((IAsyncResult)ahead.Texts).AsyncWaitHandle.WaitOne();
            _ = ahead.Texts.Exception; // nobody needs the batch, so nobody is told that it could not be read
            _ahead = null;
        }
    }

    private (TextBatch Texts, long Characters) Read(long step)
    {
        var texts = _sampler.Read(step - 1);
        return (texts, corpus.Tokenizer.CountCharacters(texts.Ids));
    }

    private Tensor Noise(long step) =>
        SeededNoise.Of(Randomness.Seed(seed, step, RandomStream.Posterior), [recipe.Training.BatchSize, model.Shape.Latent]).to(device);
}
