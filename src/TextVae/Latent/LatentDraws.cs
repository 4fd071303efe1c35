using TextVae.Data;
using TextVae.Evaluation;
using TextVae.Layers;

namespace TextVae.Latent;

/// <summary>Samples of the texts' posteriors, z from q(z|x): draws of the aggregated posterior.</summary>
/// <param name="evaluated">The model.</param>
/// <param name="batches">The texts.</param>
/// <param name="stream">What the noise is drawn for.</param>
internal sealed class LatentDraws(EvaluatedModel evaluated, EvaluationBatches batches, RandomStream stream) : Measurement<Draws>(evaluated, batches, Shard.Whole)
{
    private const int Fewest = 5_000; // vectors: of fewer texts each gives several
    private const int MostOfText = 10;

    private readonly int _ofText = (int)long.Clamp(Fewest / long.Max(1, batches.Used), 1, MostOfText);
    private readonly List<double> _vectors = [];

    /// <inheritdoc/>
    public override Draws Result => new(_vectors.ToArray(), Evaluated.Model.Shape.Latent, Texts);

    /// <inheritdoc/>
    protected override void Measure(long batch, TextBatch texts)
    {
        var posterior = Evaluated.Model.Encode(texts);
        for (var draw = 0; draw < _ofText; draw++)
        {
            var noise = SeededNoise.Of(Randomness.Seed(Evaluated.Seed, batch * _ofText + draw, stream), posterior.Mean.shape).to(Evaluated.Device);
            _vectors.AddRange(Values(posterior.Sample(noise)));
        }
    }
}

/// <param name="Vectors">[draws, latent], row after row.</param>
/// <param name="Latent">Z.</param>
/// <param name="Texts">How many texts they are of; each has as many.</param>
internal sealed record Draws(double[] Vectors, int Latent, long Texts)
{
    /// <inheritdoc/>
    public bool Equals(Draws? other) => other is not null && (Latent, Texts) == (other.Latent, other.Texts) && Vectors.HasSameValues(other.Vectors);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Latent, Texts, Vectors.HashOfValues());

    /// <summary>[draws, latent], float64, on the CPU.</summary>
    public TorchSharp.torch.Tensor Matrix() => TorchSharp.torch.tensor(Vectors).view(-1, Latent);
}
