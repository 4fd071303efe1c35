using System.Text.Json.Serialization;
using TextVae.Data;
using TextVae.Layers;
using TextVae.Models;
using TextVae.Objectives;
using static TextVae.Platform.TensorArithmetic;
using static TorchSharp.torch;

namespace TextVae.Evaluation;

/// <summary>
/// The importance-weighted bound (Burda et al. 2016): log p(x) >= log 1/K sum over k of p(x|z_k) p(z_k) / q(z_k|x), with
/// z_k from q(z|x). With one sample it is the ELBO; it grows with K towards log p(x).
/// </summary>
internal static class ImportanceWeighting
{
    /// <summary>The largest K: a text takes as many passes through the decoder.</summary>
    public const int MostSamples = 100_000;

    private const int MostRows = 256; // samples that pass the decoder at a time: of an LSTM with H = 1,000 and 128 tokens 0.5 GB of gates

    /// <summary>log p(x|z) of a batch's texts, as <see cref="LogLikelihood(GaussianPosterior, Func{Tensor, Tensor, Tensor}, int, long, int)"/> takes it.</summary>
    public static Func<Tensor, Tensor, Tensor> LogLikelihoodOf(TextVaeModel model, Objective objective, TextBatch texts)
    {
        var previous = model.Previous(texts.Tokens);
        return (z, rows) =>
        {
            var repeated = texts.Select([.. rows.cpu().data<long>().Select(row => (int)row)]).On(z.device);
            var positions = objective.Positions(repeated);
            var logits = model.Decode(z, previous.index_select(0, rows), positions);
            return -objective.NegativeLogLikelihood(logits, positions.Pick(repeated.Tokens), positions);
        };
    }

    /// <summary>The bound for each text of a batch.</summary>
    /// <param name="posterior">q(z|x), [batch, latent].</param>
    /// <param name="logLikelihood">
    /// log p(x|z), [rows], of z, [rows, latent], as precise as the posterior, and of the texts that they are for, [rows],
    /// int64 below batch.
    /// </param>
    /// <param name="samples">K.</param>
    /// <param name="seed">Draws z; the first samples are the same for every K.</param>
    /// <param name="mostRows">Rows at a time, but always a sample of each text; no matter but of memory.</param>
    /// <returns>Nats of each text, [batch], float64.</returns>
    public static Tensor LogLikelihood(
        GaussianPosterior posterior, Func<Tensor, Tensor, Tensor> logLikelihood, int samples, long seed, int mostRows = MostRows) =>
        LogLikelihood(posterior, logLikelihood, samples, Noise(posterior, seed), mostRows);

    /// <summary>The noise of each sample, from one seed.</summary>
    public static Func<int, Tensor> Noise(GaussianPosterior posterior, long seed) =>
        sample => SeededNoise.Of(Randomness.Seed(seed, sample, RandomStream.Importance), posterior.Mean.shape, float64);

    /// <summary>As above, with noise of the caller's own.</summary>
    /// <param name="posterior">q(z|x), [batch, latent].</param>
    /// <param name="logLikelihood">log p(x|z), as above.</param>
    /// <param name="samples">K.</param>
    /// <param name="noise">Standard normal noise of the k-th sample, k below K, [batch, latent], float64.</param>
    /// <param name="mostRows">As above.</param>
    public static Tensor LogLikelihood(
        GaussianPosterior posterior, Func<Tensor, Tensor, Tensor> logLikelihood, int samples, Func<int, Tensor> noise, int mostRows = MostRows) =>
        LogLikelihood(posterior, logLikelihood, samples, noise, [LatentPrior.Standard], mostRows).squeeze(0);

    /// <summary>As above, under several priors p(z), for which the same samples serve.</summary>
    /// <param name="posterior">q(z|x), [batch, latent].</param>
    /// <param name="logLikelihood">log p(x|z), as above.</param>
    /// <param name="samples">K.</param>
    /// <param name="noise">As above.</param>
    /// <param name="priors">At least one.</param>
    /// <param name="mostRows">As above.</param>
    /// <returns>[priors, batch].</returns>
    public static Tensor LogLikelihood(
        GaussianPosterior posterior, Func<Tensor, Tensor, Tensor> logLikelihood, int samples, Func<int, Tensor> noise, IReadOnlyList<LatentPrior> priors, int mostRows = MostRows)
    {
        using var scope = NewDisposeScope();
        var (texts, device) = (posterior.Mean.shape[0], posterior.Mean.device);
        var precise = new GaussianPosterior(posterior.Mean.to(float64), posterior.LogVariance.to(float64));
        using var end = Number(texts);
        var numbers = arange(Zero, end, One, device: device);
        var logSum = full(priors.Count, texts, MinusInfinity, dtype: float64, device: device);
        var perPass = (int)long.Max(1, mostRows / texts);
        for (var first = 0; first < samples; first += perPass)
        {
            using var step = NewDisposeScope();
            var count = int.Min(perPass, samples - first);
            var standard = stack(Enumerable.Range(first, count).Select(noise)).to(device); // [count, batch, latent]
            var z = precise.Sample(standard);
            var logRatio = OneHalf * (standard.Squared().Plus(precise.LogVariance) - z.Squared()).sum(-1); // log N(z; 0, I) / q(z|x), [count, batch]
            var logGiven = logLikelihood(z.flatten(0, 1).to(posterior.Mean.dtype), numbers.repeat(count));
            var logWeights = logGiven.to(float64).view(count, texts).Plus(logRatio);
            foreach (var (prior, sum) in priors.Zip(logSum.unbind(0)))
            {
                sum.copy_(logaddexp(sum, logWeights.Plus(prior.Gain(z)).logsumexp(0)));
            }
        }
        return logSum.Minus(Math.Log(samples)).MoveToOuterDisposeScope();
    }
}

/// <summary>The importance-weighted bound on a set of texts. A language model has its exact likelihood, whatever K.</summary>
/// <param name="evaluated">The model.</param>
/// <param name="batches">The texts.</param>
/// <param name="samples">K: samples from each text's posterior.</param>
/// <param name="shard">Which part of the batches.</param>
internal sealed class ImportanceWeightedMeasurement(EvaluatedModel evaluated, EvaluationBatches batches, int samples, Shard shard)
    : Measurement<MeasuredCosts>(evaluated, batches, shard)
{
    private readonly List<double> _costs = [], _fitted = []; // nats under either prior, [texts]

    /// <inheritdoc/>
    public override MeasuredCosts Result => new()
    {
        Samples = samples,
        Texts = Texts,
        Characters = Characters,
        Tokens = Tokens,
        Nats = _costs,
        FittedNats = Evaluated.Fitted is null ? null : _fitted,
    };

    /// <inheritdoc/>
    protected override void Measure(long batch, TextBatch texts)
    {
        var (model, objective) = (Evaluated.Model, Evaluated.Objective);
        var posterior = model.Encode(texts);
        var bounds = ImportanceWeighting.LogLikelihood(
            posterior,
            ImportanceWeighting.LogLikelihoodOf(model, objective, texts),
            HasLatent ? samples : 1, // without a latent vector all samples are the same
            ImportanceWeighting.Noise(posterior, (long)Randomness.Seed(Evaluated.Seed, batch, RandomStream.Importance)),
            Evaluated.Fitted is { } fitted ? [LatentPrior.Standard, fitted] : [LatentPrior.Standard]);
        _costs.AddRange(Values(-bounds[0]));
        if (Evaluated.Fitted is not null)
        {
            _fitted.AddRange(Values(-bounds[1]));
        }
    }
}

/// <summary>The importance-weighted bound on a set of texts (Burda et al. 2016). A language model's is its exact likelihood.</summary>
public sealed record ImportanceWeightedResult
{
    /// <summary>K: samples from each text's posterior.</summary>
    [JsonPropertyName("importance_samples")]
    public required int Samples { get; init; }

    /// <summary>The bound on -log p(x), nats per text.</summary>
    [JsonPropertyName("importance_weighted_nll")]
    public required double Nll { get; init; }

    /// <summary>Its standard error over the texts: the standard deviation of their nats / sqrt(texts). Null for a single text.</summary>
    [JsonPropertyName("importance_weighted_nll_standard_error")]
    public required double? StandardError { get; init; }

    /// <summary>The bound in bits per character.</summary>
    [JsonPropertyName("importance_weighted_bits_per_character")]
    public required double BitsPerCharacter { get; init; }

    /// <summary>The bound as perplexity per token: exp(nats of all texts / their scored tokens).</summary>
    [JsonPropertyName("importance_weighted_perplexity")]
    public required double Perplexity { get; init; }
}
