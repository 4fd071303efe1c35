using TextVae.Data;
using TextVae.Layers;
using static TorchSharp.torch;

namespace TextVae.Evaluation;

/// <summary>The ELBO's terms, and how much of the latent vector is in use.</summary>
/// <param name="evaluated">The model.</param>
/// <param name="batches">The texts.</param>
/// <param name="shard">Which part of the batches.</param>
internal sealed class BoundMeasurement(EvaluatedModel evaluated, EvaluationBatches batches, Shard shard) : Measurement<MeasuredBound>(evaluated, batches, shard)
{
    private const int RandomLatentBatches = 8; // enough for two digits of the gap

    private readonly List<double> _reconstruction = [], _kl = [], _auxiliary = []; // sums over a batch, [batches]
    private readonly List<double> _means = [], _logVariances = [], _noise = []; // [texts, latent]
    private readonly List<double> _priorGains = []; // [texts]
    private readonly List<double> _gaps = []; // reconstruction with a random z less that with the encoded one, [texts]

    /// <inheritdoc/>
    public override MeasuredBound Result => new()
    {
        Texts = Texts,
        Characters = Characters,
        Tokens = Tokens,
        Latent = Evaluated.Model.Shape.Latent,
        Reconstruction = _reconstruction,
        Kl = _kl,
        Auxiliary = _auxiliary,
        Means = _means,
        LogVariances = _logVariances,
        Noise = _noise,
        Gaps = _gaps,
        PriorGains = Evaluated.Fitted is null ? null : _priorGains,
    };

    /// <inheritdoc/>
    protected override void Measure(long batch, TextBatch texts)
    {
        var (model, objective) = (Evaluated.Model, Evaluated.Objective);
        var previous = model.Previous(texts.Tokens);
        var noise = Noise(batch, texts.Count, RandomStream.Evaluation);
        var output = model.Forward(texts, previous, noise, objective.Positions(texts));
        var loss = objective.Terms(output, texts);
        var sums = Values(stack([loss.Reconstruction, loss.Kl, loss.Auxiliary]).to(float64).sum(-1));
        _reconstruction.Add(sums[0]);
        _kl.Add(sums[1]);
        _auxiliary.Add(sums[2]);
        _means.AddRange(Values(output.Posterior.Mean));
        _logVariances.AddRange(Values(output.Posterior.LogVariance));
        _noise.AddRange(Values(noise));
        if (Evaluated.Fitted is { } fitted)
        {
            _priorGains.AddRange(Values(fitted.Gain(output.Posterior.Sample(noise))));
        }
        if (HasLatent && batch < RandomLatentBatches)
        {
            var positions = output.Positions;
            var random = model.Decode(Noise(batch, texts.Count, RandomStream.Prior), previous, positions);
            _gaps.AddRange(Values(objective.NegativeLogLikelihood(random, positions.Pick(texts.Tokens), positions).to(float64) - loss.Reconstruction));
        }
    }

    private Tensor Noise(long batch, long texts, RandomStream stream) =>
        SeededNoise.Of(Randomness.Seed(Evaluated.Seed, batch, stream), [texts, Evaluated.Model.Shape.Latent]).to(Evaluated.Device);
}
