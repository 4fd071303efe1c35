using static TorchSharp.torch;

namespace TextVae.Objectives;

/// <summary>The objective's terms, each [batch], in nats per text and not yet weighted (paper equations 1 and 2).</summary>
/// <param name="Reconstruction">-sum over t of log p(x_t | z, x_(before t)).</param>
/// <param name="Kl">KL(q(z|x) || p(z)).</param>
/// <param name="Auxiliary">-sum over t of log p(x_t | z), from the features alone.</param>
public sealed record LossTerms(Tensor Reconstruction, Tensor Kl, Tensor Auxiliary)
{
    /// <summary>J = reconstruction + beta * KL + alpha * auxiliary, the mean over the batch (paper equation 4).</summary>
    /// <returns>A scalar.</returns>
    public Tensor Total(double beta, double alpha) => (Reconstruction + beta * Kl + alpha * Auxiliary).mean();
}
