using static TextVae.Platform.TensorArithmetic;
using static TorchSharp.torch;

namespace TextVae.Generation;

/// <summary>Keeps the k most probable tokens (Fan et al. 2018).</summary>
internal sealed record TopK(int K) : ILogitsFilter
{
    /// <inheritdoc/>
    public Tensor Apply(Tensor logits)
    {
        var (values, tokens) = logits.topk(int.Min(K, (int)logits.shape[1]), dim: -1);
        return full_like(logits, MinusInfinity).scatter(1, tokens, values);
    }
}
