using static TorchSharp.torch;

namespace TextVae.Objectives;

/// <summary>
/// Free bits (Kingma et al. 2016, equation 15 with a latent dimension as the group): each dimension may use some nats for
/// nothing, so that there is no gain in using fewer.
/// </summary>
internal static class FreeBits
{
    /// <summary>The KL term to minimise: sum over j of max(lambda, mean over the batch of KL_j).</summary>
    /// <param name="klByDimension">[batch, latent].</param>
    /// <param name="lambda">Free nats of each dimension; 0 is the plain KL.</param>
    /// <returns>A scalar.</returns>
    public static Tensor KlTerm(Tensor klByDimension, double lambda) =>
        lambda > 0 ? klByDimension.mean([0]).clamp_min(lambda).sum() : klByDimension.sum(-1).mean();
}
