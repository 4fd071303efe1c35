using static TextVae.Platform.TensorArithmetic;
using static TorchSharp.torch;

namespace TextVae.Generation;

/// <summary>Keeps the nucleus: the fewest tokens that have together at least probability p (Holtzman et al. 2020).</summary>
internal sealed record TopP(double P) : ILogitsFilter
{
    /// <inheritdoc/>
    public Tensor Apply(Tensor logits)
    {
        var (sorted, tokens) = logits.sort(dim: -1, descending: true);
        var probabilities = sorted.softmax(-1);
        var moreProbable = probabilities.cumsum(-1) - probabilities; // of all tokens before each one
        return full_like(logits, MinusInfinity).scatter(1, tokens, sorted.masked_fill(moreProbable.greater_equal(P), MinusInfinity));
    }
}
