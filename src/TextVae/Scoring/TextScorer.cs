using TextVae.Data;
using TextVae.Evaluation;
using TextVae.Layers;
using TextVae.Models;
using TextVae.Objectives;
using static TextVae.Platform.TensorArithmetic;
using static TorchSharp.torch;

namespace TextVae.Scoring;

/// <summary>What each text of a batch costs, in nats.</summary>
/// <param name="Reconstruction">-log p(x|z), [batch].</param>
/// <param name="Kl">KL(q(z|x) || p(z)), [batch].</param>
/// <param name="Bound">The bound on -log p(x) that was asked for: their sum, or the importance-weighted one, [batch].</param>
/// <param name="Tokens">The reconstruction token by token, up to the last that costs in any of the texts, [batch][time]; null unless asked for.</param>
public sealed record TextCosts(float[] Reconstruction, float[] Kl, double[] Bound, float[][]? Tokens)
{
    /// <inheritdoc/>
    public bool Equals(TextCosts? other) => other is not null
        && Reconstruction.HasSameValues(other.Reconstruction) && Kl.HasSameValues(other.Kl) && Bound.HasSameValues(other.Bound)
        && Tokens?.Length == other.Tokens?.Length && (Tokens ?? []).Zip(other.Tokens ?? []).All(pair => pair.First.HasSameValues(pair.Second));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Bound.HashOfValues(), Reconstruction.HashOfValues());
}

/// <summary>
/// Measures texts one by one, where <see cref="Evaluator"/> measures a set. z is a sample of the posterior, so that the sum of
/// reconstruction and KL is an unbiased estimate of -ELBO and its mean over many texts is the evaluator's; but the noise is
/// drawn from a hash of the text's tokens. So a text costs the same beside whatever other texts and wherever in a file, but
/// for rounding: about a millionth in float32; where products are of bfloat16, whose order of addition the size of the batch
/// decides, about a ten-thousandth of its nats.
/// </summary>
/// <param name="model">The model; it is in evaluation mode while it is used.</param>
/// <param name="objective">Gives the terms.</param>
/// <param name="device">Where the model is.</param>
public sealed class TextScorer(TextVaeModel model, Objective objective, Device device)
{
    /// <summary>Measures a batch.</summary>
    /// <param name="texts">The texts, [batch, time].</param>
    /// <param name="importanceSamples">K of the importance-weighted bound (<see cref="ImportanceWeighting"/>); 0: the ELBO.</param>
    /// <param name="perToken">Whether to give the cost of each token.</param>
    public TextCosts Score(TextBatch texts, int importanceSamples = 0, bool perToken = false) => Score(texts, importanceSamples, perToken, LatentPrior.Standard);

    /// <summary>As above, under another prior p(z). Its KL term is then an estimate by one sample.</summary>
    internal TextCosts Score(TextBatch texts, int importanceSamples, bool perToken, LatentPrior prior)
    {
        using var scope = NewDisposeScope();
        using var evaluation = new EvaluationMode(model);
        var batch = texts.On(device);
        var hashes = Enumerable.Range(0, texts.Count).Select(text => Hash(texts[text])).ToArray();
        var posterior = model.Encode(batch);
        var (previous, positions) = (model.Previous(batch.Tokens), objective.Positions(batch));
        var tokens = positions.Pick(batch.Tokens);
        var z = posterior.Sample(Noise(hashes, 0).to(posterior.Mean.dtype).to(device));
        var logits = model.Decode(z, previous, positions);
        var reconstruction = objective.NegativeLogLikelihood(logits, tokens, positions);
        var costs = perToken ? positions.Unpack(objective.TokenCosts(logits.All(), tokens)).narrow(1, 0, objective.ScoredPositions(texts)) : null; // [batch, scored]
        var kl = posterior.Kl().sum(-1).to(float64) - prior.Gain(z);
        var bound = importanceSamples == 0 || model.Shape.Latent == 0 // a language model's likelihood is exact
            ? reconstruction.to(float64).Plus(kl)
            : -ImportanceWeighting.LogLikelihood(
                posterior,
                ImportanceWeighting.LogLikelihoodOf(model, objective, batch),
                importanceSamples,
                sample => Noise(hashes, sample).to(device),
                [prior]).squeeze(0);
        return new TextCosts(Values<float>(reconstruction), Values<float>(kl.to(float32)), Values<double>(bound), costs?.unbind(0).Select(Values<float>).ToArray());
    }

    /// <summary>Standard normal noise for each text, [batch, latent], float64.</summary>
    private Tensor Noise(long[] hashes, int sample) =>
        SeededNoise.Rows(hashes.Select(hash => Randomness.Seed(hash, sample, RandomStream.Importance)), model.Shape.Latent, float64);

    private static long Hash(ReadOnlySpan<int> ids)
    {
        var hash = 0L;
        foreach (var id in ids)
        {
            hash = (long)Randomness.Mix((ulong)(hash + id + 1));
        }
        return hash;
    }

    private static T[] Values<T>(Tensor tensor)
        where T : unmanaged => tensor.cpu().data<T>().ToArray();
}
