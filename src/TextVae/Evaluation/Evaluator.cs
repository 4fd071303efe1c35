using TextVae.Data;
using TextVae.Layers;
using TextVae.Models;
using TextVae.Objectives;
using TextVae.Tokenizers;
using static TorchSharp.torch;

namespace TextVae.Evaluation;

/// <summary>Measures a model on a set of texts: the same model and texts give the same figures, in training and after.</summary>
/// <param name="model">The model; it is in evaluation mode while it is measured.</param>
/// <param name="objective">Gives the terms.</param>
/// <param name="tokenizer">Counts the characters.</param>
/// <param name="device">Where the model is.</param>
/// <param name="seed">Draws all noise, one batch at a time.</param>
public sealed class Evaluator(TextVaeModel model, Objective objective, ITokenizer tokenizer, Device device, long seed = 0)
{
    private const double ActiveVariance = 0.01;
    private const int RandomLatentBatches = 8; // enough for two digits of the gap

    private bool HasLatent => model.Shape.Latent > 0;

    /// <summary>The ELBO's terms, and how much of the latent vector is in use.</summary>
    /// <param name="batches">The texts.</param>
    /// <param name="progress">Told the texts done.</param>
    /// <param name="cancellation">Stops between two batches.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public EvaluationResult Evaluate(EvaluationBatches batches, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        var terms = zeros(3, dtype: float64); // reconstruction, KL, auxiliary
        var latent = new List<Tensor>(); // means, log-variances, noise of each batch, [3, batch, latent]
        var gaps = new List<Tensor>(); // reconstruction with a random z less that with the encoded one, [batch]
        var counts = ForEach(batches, (batch, texts) =>
        {
            var previous = model.Previous(texts.Tokens);
            var noise = Noise(batch, texts.Count, RandomStream.Evaluation);
            var output = model.Forward(texts, previous, noise);
            var loss = objective.Terms(output, texts);
            terms.add_(stack([loss.Reconstruction, loss.Kl, loss.Auxiliary]).to(float64).sum(-1).cpu());
            latent.Add(stack([output.Posterior.Mean, output.Posterior.LogVariance, noise]).to(float64).cpu().MoveToOuterDisposeScope());
            if (HasLatent && batch < RandomLatentBatches)
            {
                var random = model.Decode(Noise(batch, texts.Count, RandomStream.Prior), previous).Logits;
                var gap = objective.NegativeLogLikelihood(random, texts.Tokens).to(float64) - loss.Reconstruction;
                gaps.Add(gap.cpu().MoveToOuterDisposeScope());
            }
        }, progress, cancellation);
        var average = (terms / counts.Texts).data<double>().ToArray();
        var parts = cat(latent, dim: 1); // [3, texts, latent]
        var posterior = new GaussianPosterior(parts[0], parts[1]);
        var variance = (posterior.Mean - posterior.Mean.mean([0], keepdim: true)).square().mean([0]); // var() warns where there are no dimensions
        var information = MutualInformation.Of(posterior, posterior.Sample(parts[2]));
        return new EvaluationResult
        {
            Texts = counts.Texts,
            Characters = counts.Characters,
            Tokens = counts.Tokens,
            Latent = model.Shape.Latent,
            Reconstruction = average[0],
            Kl = average[1],
            Auxiliary = average[2],
            ActiveUnits = (int)variance.gt(ActiveVariance).sum().item<long>(),
            MutualInformation = information.Nats,
            MarginalKl = information.MarginalKl,
            RandomLatentGap = HasLatent ? cat(gaps).mean().item<double>() : null,
        };
    }

    /// <summary>The importance-weighted bound. A language model has its exact likelihood, whatever K.</summary>
    /// <param name="batches">The texts.</param>
    /// <param name="samples">K: samples from each text's posterior.</param>
    /// <param name="progress">Told the texts done.</param>
    /// <param name="cancellation">Stops between two batches.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public ImportanceWeightedResult ImportanceWeighted(
        EvaluationBatches batches, int samples, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        var costs = new List<Tensor>(); // nats of each text, [batch]
        var counts = ForEach(batches, (batch, texts) =>
        {
            var previous = model.Previous(texts.Tokens);
            var bound = ImportanceWeighting.LogLikelihood(
                model.Encode(texts),
                (z, rows) => -objective.NegativeLogLikelihood(model.Decode(z, previous.index_select(0, rows)).Logits, texts.Tokens.index_select(0, rows)),
                HasLatent ? samples : 1, // without a latent vector all samples are the same
                (long)Randomness.Seed(seed, batch, RandomStream.Importance));
            costs.Add((-bound).cpu().MoveToOuterDisposeScope());
        }, progress, cancellation);
        var cost = cat(costs); // [texts]
        var nats = cost.sum().item<double>();
        return new ImportanceWeightedResult
        {
            Samples = samples,
            Nll = nats / counts.Texts,
            StandardError = counts.Texts > 1 ? cost.std().item<double>() / Math.Sqrt(counts.Texts) : null,
            BitsPerCharacter = Evaluation.BitsPerCharacter.Of(nats, counts.Characters),
            Perplexity = Math.Exp(nats / counts.Tokens),
        };
    }

    /// <summary>Measures one batch after the other, each in a scope of its own, and counts.</summary>
    private Counts ForEach(EvaluationBatches batches, Action<long, TextBatch> measure, IProgress<long>? progress, CancellationToken cancellation)
    {
        using var evaluation = new EvaluationMode(model);
        var counts = new Counts(0, 0, 0);
        for (var batch = 0L; batch < batches.Count; batch++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            var texts = batches.Read(batch).On(device);
            measure(batch, texts);
            counts = new Counts(
                counts.Texts + texts.Count,
                counts.Characters + tokenizer.CountCharacters(texts.Ids),
                counts.Tokens + objective.CountScored(texts));
            progress?.Report(counts.Texts);
        }
        return counts;
    }

    private Tensor Noise(long batch, long texts, RandomStream stream) =>
        SeededNoise.Of(Randomness.Seed(seed, batch, stream), [texts, model.Shape.Latent]).to(device);

    private readonly record struct Counts(long Texts, long Characters, long Tokens);
}
