using TextVae.Data;
using TextVae.Layers;
using static TextVae.Platform.TensorArithmetic;
using static TorchSharp.torch;

namespace TextVae.Evaluation;

/// <summary>The ELBO's terms, and how much of the latent vector is in use.</summary>
/// <param name="evaluated">The model.</param>
/// <param name="batches">The texts.</param>
internal sealed class BoundMeasurement(EvaluatedModel evaluated, EvaluationBatches batches) : Measurement<EvaluationResult>(evaluated, batches)
{
    private const double ActiveVariance = 0.01;
    private const int RandomLatentBatches = 8; // enough for two digits of the gap

    private readonly double[] _sums = new double[3]; // reconstruction, KL, auxiliary
    private readonly List<double> _means = [], _logVariances = [], _noise = []; // [texts, latent]
    private readonly List<double> _gaps = []; // reconstruction with a random z less that with the encoded one, [texts]

    /// <inheritdoc/>
    public override EvaluationResult Result(CancellationToken cancellationToken = default)
    {
        using var scope = NewDisposeScope();
        var posterior = new GaussianPosterior(Matrix(_means), Matrix(_logVariances));
        using var active = Number(ActiveVariance);
        var variance = (posterior.Mean - posterior.Mean.mean([0], keepdim: true)).Squared().mean([0]); // var() warns where there are no dimensions
        var information = MutualInformation.Of(posterior, posterior.Sample(Matrix(_noise)), cancellationToken: cancellationToken);
        return new EvaluationResult
        {
            Texts = Texts,
            Characters = Characters,
            Tokens = Tokens,
            Latent = Evaluated.Model.Shape.Latent,
            Reconstruction = _sums[0] / Texts,
            Kl = _sums[1] / Texts,
            Auxiliary = _sums[2] / Texts,
            ActiveUnits = (int)variance.gt(active).sum().item<long>(),
            MutualInformation = information.Nats,
            MarginalKl = information.MarginalKl,
            RandomLatentGap = HasLatent ? tensor(_gaps.ToArray()).mean().item<double>() : null,
        };
    }

    /// <inheritdoc/>
    protected override void Measure(long batch, TextBatch texts)
    {
        var (model, objective) = (Evaluated.Model, Evaluated.Objective);
        var previous = model.Previous(texts.Tokens);
        var noise = Noise(batch, texts.Count, RandomStream.Evaluation);
        var output = model.Forward(texts, previous, noise, objective.Positions(texts));
        var loss = objective.Terms(output, texts);
        foreach (var (term, sum) in Values(stack([loss.Reconstruction, loss.Kl, loss.Auxiliary]).to(float64).sum(-1)).Index())
        {
            _sums[term] += sum;
        }
        _means.AddRange(Values(output.Posterior.Mean));
        _logVariances.AddRange(Values(output.Posterior.LogVariance));
        _noise.AddRange(Values(noise));
        if (HasLatent && batch < RandomLatentBatches)
        {
            var positions = output.Positions;
            var random = model.Decode(Noise(batch, texts.Count, RandomStream.Prior), previous, positions);
            _gaps.AddRange(Values(objective.NegativeLogLikelihood(random, positions.Pick(texts.Tokens), positions).to(float64) - loss.Reconstruction));
        }
    }

    private Tensor Noise(long batch, long texts, RandomStream stream) =>
        SeededNoise.Of(Randomness.Seed(Evaluated.Seed, batch, stream), [texts, Evaluated.Model.Shape.Latent]).to(Evaluated.Device);

    /// <summary>[texts, latent], float64, on the CPU.</summary>
    private Tensor Matrix(List<double> values) => tensor(values.ToArray()).view(Texts, Evaluated.Model.Shape.Latent);
}
