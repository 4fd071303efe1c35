using TextVae.Kernels;
using TextVae.Storage;
using TorchSharp.Utils;
using static TextVae.Platform.TensorArithmetic;
using static TorchSharp.torch;

namespace TextVae.Layers;

/// <summary>
/// A gated masked convolution that sees x[t-1] and x[t] (paper 4.2, figure 2c; released settings): with
/// i, f, g = BatchNorm(conv(x)), y = sigmoid(f) * x + sigmoid(i) * tanh(g). No dilation, no skip connections.
/// </summary>
/// <remarks>
/// On the CPU in float32 the gates run through Kernels; everything else through <see cref="Plain(Tensor)"/>, the definition. Both
/// compute the convolution as a product of two positions: oneDNN's convolutions, which torch takes on the CPU, err for some
/// numbers of channels (docs/performance.md).
/// </remarks>
internal sealed class MaskedConvolution : nn.Module<Tensor, Tensor>, IHasMatrixPrecision
{
    internal const int Kernel = 2;

    private static readonly Windows Pairs = new(Stride: 1, First: -1, Count: Kernel);

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

    /// <inheritdoc/>
    public MatrixPrecision Precision { get; set; }

    /// <summary>All positions at once; before the first stand zeros.</summary>
    /// <param name="input">[batch, time, channels].</param>
    /// <returns>[batch, time, channels].</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var output = IsFast(input) ? Fast(Pairs.Of(input, training ? Precision : MatrixPrecision.Float32), input) : Plain(input);
        return output.MoveToOuterDisposeScope();
    }

    /// <summary>Any positions, each with the one before it.</summary>
    /// <param name="before">The inputs one position before, zeros at a text's first, [positions, channels].</param>
    /// <param name="input">[positions, channels].</param>
    /// <returns>[positions, channels].</returns>
    public Tensor Step(Tensor before, Tensor input)
    {
        using var scope = NewDisposeScope();
        var both = cat([before, input], 1);
        return (IsFast(input) ? Fast(both, input) : Plain(both, input)).MoveToOuterDisposeScope();
    }

    /// <summary>As <see cref="forward"/>, by torch's own operations, for any device and type.</summary>
    public Tensor Plain(Tensor input)
    {
        var padded = nn.functional.pad(input, [0, 0, 1, 0]); // [batch, 1 + time, channels]
        return Plain(cat([padded.narrow(1, 0, input.size(1)), input], 2), input);
    }

    private bool IsFast(Tensor input) => CpuFloat32.Holds(input, _convolution.weight) && (!training || FusedBatchNorm.Serves(input.numel() / input.size(-1)));

    private Tensor Plain(Tensor both, Tensor input) // [..., 2 * channels], [..., channels]
    {
        var sums = both.matmul(Weight(both.dtype)).Plus(_convolution.bias!);
        var gates = _normalization.forward(sums.flatten(0, -2)).view_as(sums).chunk(3, -1);
        return (gates[1].sigmoid() * input).Plus(gates[0].sigmoid() * gates[2].tanh());
    }

    private Tensor Fast(Tensor both, Tensor input)
    {
        var weight = Weight(both.dtype);
        if (training)
        {
            return FusedGates.Pass(FusedBatchNorm.Normalize(both.matmul(weight), _convolution.bias!, _normalization), input);
        }
        var (scale, shift) = RunningBatchNorm.Fold(_convolution.bias!, _normalization); // [3 * channels]
        var gates = shift.addmm(both.flatten(0, -2), weight * scale, beta: 1, alpha: 1);
        return FusedGates.Pass(gates, input);
    }

    private Tensor Weight(ScalarType type) => _convolution.weight!.to(type).permute(0, 2, 1).flatten(1, 2).t(); // [2 * channels, 3 * channels]
}
