using TorchSharp.Utils;
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

    /// <summary>All positions at once; before the first stand zeros.</summary>
    /// <param name="input">[batch, channels, time].</param>
    /// <returns>[batch, channels, time].</returns>
    public override Tensor forward(Tensor input) => Apply(nn.functional.pad(input, [1, 0]), input);

    /// <summary>One position.</summary>
    /// <param name="before">The input one position before, zeros at the first, [batch, channels, 1].</param>
    /// <param name="input">[batch, channels, 1].</param>
    /// <returns>[batch, channels, 1].</returns>
    public Tensor Step(Tensor before, Tensor input) => Apply(cat([before, input], dim: 2), input);

    private Tensor Apply(Tensor padded, Tensor input)
    {
        var gates = _normalization.forward(_convolution.forward(padded)).chunk(3, dim: 1);
        return gates[1].sigmoid() * input + gates[0].sigmoid() * gates[2].tanh();
    }
}
