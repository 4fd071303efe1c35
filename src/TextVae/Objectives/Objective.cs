using TextVae.Data;
using TextVae.Kernels;
using TextVae.Models;
using static TextVae.Platform.TensorArithmetic;
using static TorchSharp.torch;

namespace TextVae.Objectives;

/// <summary>From a model's output to the terms of equation 4.</summary>
/// <param name="padId">The id of padding.</param>
/// <param name="scorePadding">Whether padding costs like any token (the authors' behaviour); by default a text's nats mean the text.</param>
public sealed class Objective(int padId, bool scorePadding)
{
    /// <summary>The terms for each text.</summary>
    /// <param name="output">The forward pass.</param>
    /// <param name="texts">What the texts are, [batch, time].</param>
    internal LossTerms Terms(ModelOutput output, TextBatch texts) => new(
        NegativeLogLikelihood(output.Logits, texts.Tokens),
        output.Posterior.Kl(),
        output.AuxiliaryLogits is { } auxiliary ? NegativeLogLikelihood(auxiliary, texts.Tokens) : zeros(texts.Count, device: texts.Tokens.device));

    /// <summary>-sum over t of log p(x_t).</summary>
    /// <param name="logits">[batch, time, vocabulary].</param>
    /// <param name="tokens">[batch, time].</param>
    /// <returns>Nats of each text, [batch].</returns>
    internal Tensor NegativeLogLikelihood(Tensor logits, Tensor tokens) => CpuFloat32.Holds(logits)
        ? FusedTokenLikelihood.Nats(logits, tokens, scorePadding ? -1 : padId)
        : NegativeLogLikelihoodPlain(logits, tokens);

    /// <summary>The same by torch's own operations, for any device and type.</summary>
    internal Tensor NegativeLogLikelihoodPlain(Tensor logits, Tensor tokens) => TokenCosts(logits, tokens).sum(-1);

    /// <summary>-log p(x_t) of each token; 0 for those that cost nothing.</summary>
    /// <param name="logits">[batch, time, vocabulary].</param>
    /// <param name="tokens">[batch, time].</param>
    /// <returns>Nats, [batch, time].</returns>
    internal Tensor TokenCosts(Tensor logits, Tensor tokens)
    {
        var perToken = nn.functional
            .cross_entropy(logits.flatten(0, 1), tokens.flatten(), reduction: nn.Reduction.None)
            .view(tokens.shape);
        using var pad = Number(padId);
        return scorePadding ? perToken : perToken * tokens.ne(pad);
    }

    /// <summary>The number of tokens that cost: all but padding, unless that is scored.</summary>
    internal long CountScored(TextBatch texts) => scorePadding ? (long)texts.Count * texts.Time : texts.Lengths.Sum(length => (long)length);

    /// <summary>How many of a text's first positions hold all tokens that cost.</summary>
    internal int ScoredPositions(TextRow text) => scorePadding ? text.Ids.Length : text.Length;

    /// <summary>As above, of the longest text of a batch.</summary>
    internal int ScoredPositions(TextBatch texts) => scorePadding ? texts.Time : texts.Lengths.Max();
}

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
        Reconstruction.mean().Plus(FreeBits.KlTerm(KlByDimension, freeBits).Times(beta)).Plus(Auxiliary.mean().Times(alpha));
}

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
    public static Tensor KlTerm(Tensor klByDimension, double lambda)
    {
        using var free = Number(lambda);
        return lambda > 0 ? klByDimension.mean([0]).clamp_min(free).sum() : klByDimension.sum(-1).mean();
    }
}
