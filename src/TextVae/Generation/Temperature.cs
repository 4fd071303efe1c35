using static TextVae.Platform.TensorArithmetic;
using static TorchSharp.torch;

namespace TextVae.Generation;

/// <summary>softmax(logits / temperature): towards 0 the most probable token alone, 1 the model's own distribution.</summary>
internal sealed record Temperature(double Value) : ILogitsFilter
{
    /// <inheritdoc/>
    public Tensor Apply(Tensor logits) => (logits - logits.amax([-1], keepdim: true)).Over(Value); // the largest is 0, so that none overflows
}
