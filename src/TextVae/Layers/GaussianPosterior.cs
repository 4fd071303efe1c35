using static TextVae.Platform.TensorArithmetic;
using static TorchSharp.torch;

namespace TextVae.Layers;

/// <summary>The approximate posterior q(z|x): a diagonal Gaussian for each text (paper 3.1).</summary>
/// <param name="Mean">mu, [batch, latent].</param>
/// <param name="LogVariance">log sigma^2, [batch, latent].</param>
public sealed record GaussianPosterior(Tensor Mean, Tensor LogVariance)
{
    private static readonly TorchSharp.Scalar LeastLogVariance = Number(-30.0), MostLogVariance = Number(20.0);

    /// <summary>
    /// Splits an encoder's output in two. The log-variance is bounded to [-30, 20], as in diffusers'
    /// DiagonalGaussianDistribution: its exponential would else leave the numbers at the first long texts. The gradient passes the
    /// bounds as if there were none: without it, a text that is beyond them never comes back.
    /// </summary>
    /// <param name="parameters">(mean, log-variance), [batch, 2 * latent].</param>
    public static GaussianPosterior From(Tensor parameters)
    {
        var latent = parameters.size(1) / 2; // 0 in a language model
        var logVariance = parameters.narrow(1, latent, latent);
        var bounded = logVariance.clamp(LeastLogVariance, MostLogVariance);
        return new GaussianPosterior(
            parameters.narrow(1, 0, latent), logVariance.requires_grad ? bounded.detach() - (logVariance.detach() - logVariance) : bounded);
    }

    /// <summary>The reparametrised sample z = mu + sigma * noise.</summary>
    /// <param name="noise">Standard normal, [batch, latent].</param>
    /// <returns>z, [batch, latent].</returns>
    public Tensor Sample(Tensor noise) => Mean.Plus((OneHalf * LogVariance).exp() * noise);

    /// <summary>KL(q(z|x) || N(0, I)) by dimension, in nats: 1/2 (mu^2 + sigma^2 - 1 - log sigma^2).</summary>
    /// <returns>[batch, latent]; its sum over the last dimension is the KL term of equation 1.</returns>
    public Tensor Kl() => OneHalf * (Mean.Squared().Plus(LogVariance.exp()) - One - LogVariance);
}
