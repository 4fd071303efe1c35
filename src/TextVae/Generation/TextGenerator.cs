using TextVae.Layers;
using TextVae.Models;
using TextVae.Tokenizers;
using static TorchSharp.torch;

namespace TextVae.Generation;

/// <summary>A text that a model wrote.</summary>
/// <param name="Text">The text.</param>
/// <param name="LogProbability">
/// log p(text | z) in nats, the sum over its tokens with <c>&lt;end&gt;</c>: under the model itself, whatever the temperature
/// and the constraints were.
/// </param>
public sealed record GeneratedText(string Text, double LogProbability);

/// <summary>A text and what the model makes of it.</summary>
public sealed record Reconstruction(string Text, string Reconstructed);

/// <summary>Texts from latent vectors, and latent vectors from texts or from the prior.</summary>
/// <param name="model">The model; it is in evaluation mode while it generates.</param>
/// <param name="tokenizer">Its tokeniser.</param>
/// <param name="device">Where the model is.</param>
public sealed class TextGenerator(TextVaeModel model, ITokenizer tokenizer, Device device)
{
    /// <summary>Hypotheses that are decoded side by side, and texts that are encoded so.</summary>
    public const int BatchSize = 256;

    private PreparedModel? _prepared;

    /// <summary>The weights, and their precision, are the same at every call.</summary>
    internal bool KeepsWeights { get; init; }

    /// <summary>Latent vectors from the prior N(0, I); the i-th depends on the seed and on i alone.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">Draws them.</param>
    /// <param name="first">Index of the first.</param>
    /// <returns>[count, latent].</returns>
    public Tensor Prior(int count, long seed, long first = 0) => Noise(count, seed, first, RandomStream.Prior);

    /// <summary>Texts decoded greedily from the prior.</summary>
    public IReadOnlyList<string> Sample(int count, long seed) =>
        [.. Next(Begin(count, seed, Plan(new SamplingOptions()), firstText: 0)).Select(text => text.Text)];

    /// <summary>Texts decoded greedily from the means of their posteriors.</summary>
    /// <param name="ids">Encoded texts, [texts, time], row after row.</param>
    public IReadOnlyList<Reconstruction> Reconstruct(long[] ids) => Reconstruct(ids, Plan(new SamplingOptions()), firstText: 0, noiseSeed: null);

    /// <summary>Texts of latent vectors.</summary>
    /// <param name="z">[texts, latent].</param>
    /// <param name="options">How; greedy by default.</param>
    /// <exception cref="InvalidInputException">A value makes no sense, or no text of the model fits the constraints.</exception>
    public IReadOnlyList<GeneratedText> Decode(Tensor z, SamplingOptions? options = null) => Decode(z, Plan(options ?? new SamplingOptions()), firstText: 0);

    internal DecodingPlan Plan(SamplingOptions options) => new(options, tokenizer, model.Shape);

    /// <summary>Begins to decode latent vectors that the prior draws.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">Draws them.</param>
    /// <param name="plan">How to decode.</param>
    /// <param name="firstText">Which text the first one is among all that are made with one seed.</param>
    internal DecodingLoop Begin(int count, long seed, DecodingPlan plan, long firstText) =>
        new(model, plan, device, (first, some) => Prior(some, seed, firstText + first), count, firstText);

    /// <summary>Some more whole texts, or the last ones; in several calls only if this <see cref="KeepsWeights"/>.</summary>
    internal IReadOnlyList<GeneratedText> Next(DecodingLoop loop, int some = int.MaxValue)
    {
        using var evaluation = new EvaluationMode(model);
        using var scope = NewDisposeScope();
        return [.. loop.Next(Prepared(), some).Select(text => new GeneratedText(Text(text.Tokens), text.LogProbability))];
    }

    /// <param name="ids">[texts, time], row after row.</param>
    /// <param name="plan">How to decode.</param>
    /// <param name="firstText">Which text the first one is among all that are made with one seed.</param>
    /// <param name="noiseSeed">Draws z from each text's posterior; null takes the posterior's mean.</param>
    internal IReadOnlyList<Reconstruction> Reconstruct(long[] ids, DecodingPlan plan, long firstText, long? noiseSeed)
    {
        using var scope = NewDisposeScope();
        using var evaluation = new EvaluationMode(model);
        var length = model.Shape.Length;
        var posterior = model.Encode(tensor(ids).view(-1, length).to(device));
        var z = noiseSeed is { } seed
            ? posterior.Sample(Noise((int)posterior.Mean.shape[0], seed, firstText, RandomStream.Posterior))
            : posterior.Mean;
        return [.. ids.Chunk(length).Zip(Decode(z, plan, firstText), (row, decoded) => new Reconstruction(Text(Array.ConvertAll(row, id => (int)id)), decoded.Text))];
    }

    internal IReadOnlyList<GeneratedText> Decode(Tensor z, DecodingPlan plan, long firstText) =>
        Next(new DecodingLoop(model, plan, device, (first, some) => z.narrow(0, first, some), (int)z.shape[0], firstText));

    private PreparedModel Prepared() => KeepsWeights ? _prepared ??= model.Prepare().Kept() : model.Prepare();

    /// <summary>Standard normal noise, [count, latent]: a row depends on the seed, on its index and on the purpose alone.</summary>
    private Tensor Noise(int count, long seed, long first, RandomStream stream)
    {
        using var scope = NewDisposeScope();
        var seeds = Enumerable.Range(0, count).Select(index => Randomness.Seed(seed, first + index, stream));
        return SeededNoise.Rows(seeds, model.Shape.Latent).to(device).MoveToOuterDisposeScope();
    }

    private string Text(int[] ids) => tokenizer.Decode(ids);
}
