using TextVae.Storage;
using TorchSharp.Utils;
using static TextVae.Platform.TensorArithmetic;
using static TorchSharp.torch;

namespace TextVae.Layers;

/// <summary>
/// A gated masked convolution that sees x[t-1] and x[t] (paper 4.2, figure 2c; released settings): with
/// i, f, g = BatchNorm(conv(x)), y = sigmoid(f) * x + sigmoid(i) * tanh(g). No dilation, no skip connections.
/// </summary>
internal sealed class MaskedConvolution : nn.Module<Tensor, Tensor>
{
    internal const int Kernel = 2;

    [ComponentName(Name = "convolution")]
    private readonly TorchSharp.Modules.Conv1d _convolution;
    [ComponentName(Name = "normalization")]
    private readonly TorchSharp.Modules.BatchNorm1d _normalization;

    /// <summary>A layer of some channels.</summary>
    public MaskedConvolution(int channels)
        : base(nameof(MaskedConvolution))
    {
        _convolution = nn.Conv1d(channels, 3 * channels, kernel_size: Kernel);
        _normalization = nn.BatchNorm1d(3 * channels);
        RegisterComponents();
    }

    /// <summary>The tensors of a layer of some channels.</summary>
    public static IEnumerable<TensorShape> Tensors(long channels) =>
        [.. TensorShapes.Convolution("convolution", channels, 3 * channels, Kernel), .. TensorShapes.BatchNorm("normalization", 3 * channels)];

    /// <summary>All positions at once; before the first stand zeros.</summary>
    /// <param name="input">[batch, channels, time].</param>
    /// <returns>[batch, channels, time].</returns>
    public override Tensor forward(Tensor input) => Apply(nn.functional.pad(input, [1, 0]), input);

    /// <summary>One position.</summary>
    /// <param name="before">The input one position before, zeros at the first, [batch, channels, 1].</param>
    /// <param name="input">[batch, channels, 1].</param>
    /// <returns>[batch, channels, 1].</returns>
    public Tensor Step(Tensor before, Tensor input) => Apply(cat([before, input], dim: 2), input);

    // As a product of both positions: oneDNN's convolutions, which torch takes on the CPU, err for some numbers of channels
    // (docs/performance.md).
    private Tensor Apply(Tensor padded, Tensor input)
    {
        var time = input.shape[2];
        var both = cat([padded.narrow(2, 0, time), padded.narrow(2, 1, time)], dim: 1); // [batch, 2 * channels, time]
        var weight = _convolution.weight!.permute(0, 2, 1).flatten(1, 2); // [3 * channels, 2 * channels]
        var gates = _normalization.forward(weight.matmul(both).Plus(_convolution.bias!.unsqueeze(1))).chunk(3, dim: 1);
        return (gates[1].sigmoid() * input).Plus(gates[0].sigmoid() * gates[2].tanh());
    }
}
