using TextVae.Data;
using TextVae.Layers;
using TextVae.Models;
using TextVae.Tokenizers;
using static TorchSharp.torch;

namespace TextVae.Generation;

/// <summary>Texts from latent vectors, and latent vectors from texts or from the prior.</summary>
/// <param name="model">The model; it is in evaluation mode while it generates.</param>
/// <param name="tokenizer">Its tokeniser.</param>
/// <param name="device">Where the model is.</param>
public sealed class TextGenerator(TextVaeModel model, ITokenizer tokenizer, Device device)
{
    /// <summary>Hypotheses that are decoded side by side, and texts that are encoded so.</summary>
    public const int BatchSize = 256;

    /// <summary>Latent vectors from the prior N(0, I); the i-th depends on the seed and on i alone.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">Draws them.</param>
    /// <param name="first">Index of the first.</param>
    /// <returns>[count, latent].</returns>
    public Tensor Prior(int count, long seed, long first = 0) => Noise(count, seed, first, RandomStream.Prior);

    /// <summary>As above, from another prior.</summary>
    internal Tensor Prior(LatentPrior prior, int count, long seed, long first = 0)
    {
        using var scope = NewDisposeScope();
        ulong[] choices = [.. Enumerable.Range(0, count).Select(index => Randomness.Seed(seed, first + index, RandomStream.Mixture))];
        return prior.Sample(Noise(count, seed, first, RandomStream.Prior), choices).MoveToOuterDisposeScope();
    }

    /// <summary>As <see cref="Prior(int, long, long)"/>, to draw samples of posteriors with.</summary>
    internal Tensor PosteriorNoise(int count, long seed, long first) => Noise(count, seed, first, RandomStream.Posterior);

    /// <summary>Texts decoded greedily from the prior.</summary>
    public IReadOnlyList<string> Sample(int count, long seed) => Sample(count, seed, CancellationToken.None);

    /// <summary>Texts decoded greedily from the means of their posteriors.</summary>
    /// <param name="texts">Encoded texts, [texts, time].</param>
    public IReadOnlyList<Reconstruction> Reconstruct(TextBatch texts) => Reconstruct(texts, CancellationToken.None);

    /// <exception cref="OperationCanceledException">It was ended, between two tokens.</exception>
    internal IReadOnlyList<string> Sample(int count, long seed, CancellationToken cancellationToken) =>
        [.. Decode((first, some) => Prior(some, seed, first), count, Plan(new SamplingOptions(), cancellationToken), firstText: 0, cancellationToken).Select(text => text.Text)];

    /// <exception cref="OperationCanceledException">It was ended, between two tokens.</exception>
    internal IReadOnlyList<Reconstruction> Reconstruct(TextBatch texts, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        using var evaluation = new EvaluationMode(model);
        var z = model.Encode(texts.On(device)).Mean;
        return [.. Decode(z, Plan(new SamplingOptions(), cancellationToken), firstText: 0, cancellationToken).Select((decoded, row) => new Reconstruction(tokenizer.Decode(texts[row]), decoded.Text))];
    }

    /// <summary>Texts of latent vectors.</summary>
    /// <param name="z">[texts, latent].</param>
    /// <param name="options">How; greedy by default.</param>
    /// <exception cref="InvalidInputException">A value makes no sense, or no text of the model fits the constraints.</exception>
    public IReadOnlyList<GeneratedText> Decode(Tensor z, SamplingOptions? options = null) => Decode(z, Plan(options ?? new SamplingOptions()), firstText: 0);

    internal DecodingPlan Plan(SamplingOptions options, CancellationToken cancellationToken = default) =>
        new(options, tokenizer, model.Shape, cancellationToken);

    internal IReadOnlyList<GeneratedText> Decode(Tensor z, DecodingPlan plan, long firstText, CancellationToken cancellationToken = default) =>
        Decode((first, some) => z.narrow(0, first, some), (int)z.shape[0], plan, firstText, cancellationToken);

    private IReadOnlyList<GeneratedText> Decode(Func<int, int, Tensor> latent, int count, DecodingPlan plan, long firstText, CancellationToken cancellationToken)
    {
        using var evaluation = new EvaluationMode(model);
        using var scope = NewDisposeScope();
        using var batch = new DecodingBatch(model, model.Prepare(), device);
        var request = new DecodingRequest(plan, count, latent, firstText);
        return [.. new DecodingQueue(batch).Run(request, cancellationToken).Select(text => new GeneratedText(Text(text.Tokens), text.LogProbability))];
    }

    /// <summary>Standard normal noise, [count, latent]: a row depends on the seed, on its index and on the purpose alone.</summary>
    private Tensor Noise(int count, long seed, long first, RandomStream stream)
    {
        using var scope = NewDisposeScope();
        var seeds = Enumerable.Range(0, count).Select(index => Randomness.Seed(seed, first + index, stream));
        return SeededNoise.Rows(seeds, model.Shape.Latent).to(device).MoveToOuterDisposeScope();
    }

    private string Text(int[] ids) => tokenizer.Decode(ids);
}
