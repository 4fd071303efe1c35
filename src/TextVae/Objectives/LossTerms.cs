using static TorchSharp.torch;

namespace TextVae.Objectives;

/// <summary>The objective's terms, in nats per text and not yet weighted (paper equations 1 and 2).</summary>
/// <param name="Reconstruction">-sum over t of log p(x_t | z, x_(before t)), [batch].</param>
/// <param name="KlByDimension">KL(q(z_j|x) || p(z_j)), [batch, latent].</param>
/// <param name="Auxiliary">-sum over t of log p(x_t | z), from the features alone, [batch].</param>
internal sealed record LossTerms(Tensor Reconstruction, Tensor KlByDimension, Tensor Auxiliary)
{
    /// <summary>KL(q(z|x) || p(z)), [batch].</summary>
    public Tensor Kl => KlByDimension.sum(-1);

    /// <summary>J = reconstruction + beta * KL + alpha * auxiliary, the mean over the batch (paper equation 4).</summary>
    /// <param name="beta">Weight of the KL term.</param>
    /// <param name="alpha">Weight of the auxiliary term.</param>
    /// <param name="freeBits">Nats of each latent dimension that cost nothing (<see cref="FreeBits"/>).</param>
    /// <returns>A scalar.</returns>
    public Tensor Total(double beta, double alpha, double freeBits = 0) =>
        Reconstruction.mean() + beta * FreeBits.KlTerm(KlByDimension, freeBits) + alpha * Auxiliary.mean();
}
