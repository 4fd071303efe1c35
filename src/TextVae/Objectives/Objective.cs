using TextVae.Data;
using TextVae.Kernels;
using TextVae.Layers;
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
    internal LossTerms Terms(PackedOutput output, TextBatch texts)
    {
        var tokens = output.Positions.Pick(texts.Tokens);
        return new(
            NegativeLogLikelihood(output.Logits, tokens, output.Positions),
            output.Posterior.Kl(),
            output.AuxiliaryLogits is { } auxiliary ? NegativeLogLikelihood(auxiliary, tokens, output.Positions) : zeros(texts.Count, device: texts.Tokens.device));
    }

    /// <summary>The same by the definition: all positions are computed, those of padding that costs nothing too.</summary>
    internal LossTerms TermsPlain(ModelOutput output, TextBatch texts) => new(
        TokenCosts(output.Logits, texts.Tokens).sum(-1),
        output.Posterior.Kl(),
        output.AuxiliaryLogits is { } auxiliary ? TokenCosts(auxiliary, texts.Tokens).sum(-1) : zeros(texts.Count, device: texts.Tokens.device));

    /// <summary>-sum over t of log p(x_t).</summary>
    /// <param name="logits">Of the positions.</param>
    /// <param name="tokens">[positions].</param>
    /// <param name="positions">The texts' <see cref="Positions"/>.</param>
    /// <returns>Nats of each text, [batch].</returns>
    internal Tensor NegativeLogLikelihood(PackedLogits logits, Tensor tokens, PackedPositions positions) =>
        logits.NatsOfMany(tokens, positions, FreeId) ?? NegativeLogLikelihood(logits.All(), tokens, positions);

    /// <summary>The same.</summary>
    /// <param name="logits">[positions, vocabulary].</param>
    /// <param name="tokens">[positions].</param>
    /// <param name="positions">The texts' <see cref="Positions"/>.</param>
    /// <returns>Nats of each text, [batch].</returns>
    internal Tensor NegativeLogLikelihood(Tensor logits, Tensor tokens, PackedPositions positions) => CpuFloat32.Holds(logits)
        ? FusedTokenLikelihood.Nats(logits, tokens, positions, FreeId)
        : NegativeLogLikelihoodPlain(logits, tokens, positions);

    private long FreeId => scorePadding ? -1 : padId;

    /// <summary>The same by torch's own operations, for any device and type.</summary>
    internal Tensor NegativeLogLikelihoodPlain(Tensor logits, Tensor tokens, PackedPositions positions)
    {
        var costs = TokenCosts(logits, tokens);
        return zeros([positions.Order.size(0)], costs.dtype, costs.device).index_add(0, positions.Texts, costs, One);
    }

    /// <summary>-log p(x_t) of each token; 0 for those that cost nothing.</summary>
    /// <param name="logits">[..., vocabulary].</param>
    /// <param name="tokens">[...].</param>
    /// <returns>Nats, [...].</returns>
    internal Tensor TokenCosts(Tensor logits, Tensor tokens)
    {
        var perToken = nn.functional.cross_entropy(logits.flatten(0, -2), tokens.flatten(), reduction: nn.Reduction.None).view(tokens.shape);
        using var pad = Number(padId);
        return scorePadding ? perToken : perToken * tokens.ne(pad);
    }

    /// <summary>The positions to compute: all that cost, which padding does only if it is scored, and few others.</summary>
    internal PackedPositions Positions(TextBatch texts) =>
        new([.. texts.Lengths.Select(length => scorePadding ? texts.Time : length)], texts.Time, texts.Tokens.device);

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

    /// <summary>
    /// J = reconstruction + beta * KL + alpha * auxiliary, the mean over the batch (paper equation 4); of a part of the batch, what
    /// it adds to J.
    /// </summary>
    /// <param name="beta">Weight of the KL term.</param>
    /// <param name="alpha">Weight of the auxiliary term.</param>
    /// <param name="freeBits">Nats of each latent dimension that cost nothing (<see cref="FreeBits"/>).</param>
    /// <param name="batch">Texts of the whole batch; null if these are all.</param>
    /// <returns>A scalar.</returns>
    public Tensor Total(double beta, double alpha, double freeBits = 0, long? batch = null)
    {
        var texts = batch ?? Reconstruction.size(0);
        return Reconstruction.sum().Plus(Auxiliary.sum().Times(alpha)).Over(texts).Plus(FreeBits.KlTerm(KlByDimension, freeBits, texts).Times(beta));
    }

    /// <summary>The terms of parts of a batch as those of all its texts, without what gradients need.</summary>
    public static LossTerms OfAll(IReadOnlyList<LossTerms> parts) => new(
        cat([.. parts.Select(part => part.Reconstruction)]), cat([.. parts.Select(part => part.KlByDimension)]), cat([.. parts.Select(part => part.Auxiliary)]));

    /// <summary>All there are.</summary>
    public IEnumerable<Tensor> Tensors => [Reconstruction, KlByDimension, Auxiliary];

    /// <summary>The same for who comes after the scope, without what gradients need.</summary>
    public LossTerms Kept() => new(
        Reconstruction.detach().MoveToOuterDisposeScope(), KlByDimension.detach().MoveToOuterDisposeScope(), Auxiliary.detach().MoveToOuterDisposeScope());
}

/// <summary>
/// Free bits (Kingma et al. 2016, equation 15 with a latent dimension as the group): each dimension may use some nats for
/// nothing, so that there is no gain in using fewer.
/// </summary>
internal static class FreeBits
{
    /// <summary>The KL term to minimise: sum over j of max(lambda, mean over the batch of KL_j).</summary>
    /// <param name="klByDimension">[texts, latent]: of the batch, or of one worker's part of it.</param>
    /// <param name="lambda">Free nats of each dimension; 0 is the plain KL.</param>
    /// <param name="batch">Texts of the whole batch.</param>
    /// <returns>A scalar: the term, or what a part adds to it.</returns>
    public static Tensor KlTerm(Tensor klByDimension, double lambda, long batch)
    {
        if (lambda == 0)
        {
            return klByDimension.sum().Over(batch);
        }
        var own = klByDimension.sum([0]).Over(batch); // [latent]
        var all = own;
        if (WorkerTeam.Current is { } worker)
        {
            var sums = own.detach().to(float64).data<double>().ToArray();
            worker.Sum(sums);
            all = tensor(sums).to(own.dtype);
        }
        using var free = Number(lambda);
        var costs = all.detach().gt(free).to(own.dtype);
        return (own * costs).sum().Plus(costs.Minus(1).sum().Times(-lambda).Over(WorkerTeam.Current?.Count ?? 1)); // what is free is each worker's part
    }
}
