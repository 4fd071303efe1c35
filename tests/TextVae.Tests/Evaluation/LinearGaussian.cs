using TextVae.Layers;
using static TorchSharp.torch;

namespace TextVae.Tests.Evaluation;

/// <summary>
/// A model that is known in closed form: p(z) = N(0, I), x = W z + b + sigma * noise. The columns of W are orthogonal,
/// so that the exact posterior is a diagonal Gaussian.
/// </summary>
internal static class LinearGaussian
{
    private const int Observed = 6;
    private const double Sigma = 0.8;

    private static readonly double[] Scales = [1.1, 0.4];

    public static int Latent => Scales.Length;

    /// <summary>1/2 log det(I + W^T W / sigma^2), nats.</summary>
    public static double Information => Scales.Sum(scale => 0.5 * Math.Log(1 + SquaredNorm(scale) / (Sigma * Sigma)));

    private static Tensor W => eye(Latent, dtype: float64).repeat(Observed / Latent, 1) * tensor(Scales); // [observed, latent]

    private static Tensor B => linspace(-1, 1, Observed, dtype: float64);

    /// <summary>Observations, [texts, observed].</summary>
    public static Tensor Draw(int texts, ulong seed)
    {
        using var generator = new Generator(seed);
        var z = randn(texts, Latent, dtype: float64, generator: generator);
        return z.matmul(W.T) + B + Sigma * randn(texts, Observed, dtype: float64, generator: generator);
    }

    /// <summary>p(z|x).</summary>
    public static GaussianPosterior Posterior(Tensor x)
    {
        var variance = 1 / (1 + W.square().sum(new long[] { 0 }) / (Sigma * Sigma)); // [latent]
        var mean = (x - B).matmul(W) / (Sigma * Sigma) * variance; // [texts, latent]
        return new GaussianPosterior(mean, variance.log().expand_as(mean));
    }

    /// <summary>log p(x) of each text, from the covariance W W^T + sigma^2 I.</summary>
    public static Tensor LogLikelihood(Tensor x)
    {
        var covariance = W.matmul(W.T) + Sigma * Sigma * eye(Observed, dtype: float64);
        var centred = x - B;
        var distance = (centred.matmul(linalg.inv(covariance)) * centred).sum(-1);
        return -0.5 * (distance + linalg.slogdet(covariance).Item2 + Observed * Math.Log(2 * Math.PI));
    }

    /// <summary>log p(x|z) of rows of z, each for one of the texts.</summary>
    public static Func<Tensor, Tensor, Tensor> Given(Tensor x) => (z, texts) =>
    {
        var residual = (x.index_select(0, texts) - z.matmul(W.T) - B) / Sigma;
        return -0.5 * (residual.square() + Math.Log(2 * Math.PI * Sigma * Sigma)).sum(-1);
    };

    private static double SquaredNorm(double scale) => Observed / Scales.Length * scale * scale;
}
