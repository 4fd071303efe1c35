using static TextVae.Platform.TensorArithmetic;
using static TorchSharp.torch;

namespace TextVae.Models;

/// <summary>
/// p(z). All that reads one states it by what it differs in from N(0, I), so that the closed form of the KL term stays exact: with
/// z from q, KL(q || p) = KL(q || N(0, I)) - E_q <see cref="Gain"/>.
/// </summary>
internal abstract class LatentPrior
{
    /// <summary>N(0, I).</summary>
    public static LatentPrior Standard { get; } = new StandardPrior();

    /// <summary>Vectors that are a function of random numbers alone.</summary>
    /// <param name="noise">Standard normal, [count, latent].</param>
    /// <param name="choices">64 random bits for each vector, [count].</param>
    /// <returns>[count, latent], where the noise is and as precise.</returns>
    public abstract Tensor Sample(Tensor noise, IReadOnlyList<ulong> choices);

    /// <summary>The mean, [latent], where <paramref name="like"/> is and as precise.</summary>
    /// <param name="like">Any vectors, [..., latent].</param>
    public abstract Tensor Mean(Tensor like);

    /// <summary>log p(z) - log N(z; 0, I), nats.</summary>
    /// <param name="z">[..., latent].</param>
    /// <returns>[...], float64, where z is.</returns>
    public abstract Tensor Gain(Tensor z);

    /// <summary>log p(z), nats; parameters as of <see cref="Gain"/>.</summary>
    public Tensor LogDensity(Tensor z) => Gain(z).Plus(StandardLogDensity(z));

    /// <summary>log N(z; 0, I), as above.</summary>
    protected static Tensor StandardLogDensity(Tensor z) =>
        z.to(float64).Squared().sum(-1).Plus(z.shape[^1] * Math.Log(2 * Math.PI)).Times(-0.5);

    private sealed class StandardPrior : LatentPrior
    {
        public override Tensor Sample(Tensor noise, IReadOnlyList<ulong> choices) => noise;

        public override Tensor Mean(Tensor like) => zeros(like.shape[^1], dtype: like.dtype, device: like.device);

        public override Tensor Gain(Tensor z) => zeros(z.shape[..^1], dtype: float64, device: z.device);
    }
}
