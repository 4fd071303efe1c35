using TextVae.Kernels;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TextVae.Layers;

/// <summary>
/// Deconvolutions that double the length: each is ConvTranspose1d (kernel 3, stride 2, padding 1, output padding 1),
/// batch normalisation and ReLU (paper 3.2).
/// </summary>
/// <remarks>Training on the CPU in float32 runs through products of windows (Kernels); all else through <see cref="Plain"/>, the definition.</remarks>
internal sealed class DeconvolutionStack : nn.Module<Tensor, Tensor>, IHasMatrixPrecision
{
    internal const int Kernel = 3;

    private static readonly Windows Pairs = new(Stride: 1, First: 0, Count: 2);

    [ComponentName(Name = "blocks")]
    private readonly Sequential _blocks;

    /// <summary>One block for each entry of <paramref name="channels"/>, its input; the last puts out <paramref name="features"/>.</summary>
    public DeconvolutionStack(IReadOnlyList<int> channels, int features)
        : base(nameof(DeconvolutionStack))
    {
        var layers = new List<(string, nn.Module<Tensor, Tensor>)>();
        foreach (var (index, width) in channels.Index())
        {
            var next = index + 1 < channels.Count ? channels[index + 1] : features;
            layers.Add(($"deconvolution{index}", nn.ConvTranspose1d(width, next, kernel_size: Kernel, stride: 2, padding: 1, output_padding: 1)));
            layers.Add(($"normalization{index}", nn.BatchNorm1d(next)));
            layers.Add(($"relu{index}", nn.ReLU()));
        }
        _blocks = nn.Sequential(layers);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public MatrixPrecision Precision { get; set; }

    /// <summary>Applies the blocks.</summary>
    /// <param name="input">[batch, first channels, time / 2^blocks].</param>
    /// <returns>[batch, features, time].</returns>
    public override Tensor forward(Tensor input) =>
        training && CpuFloat32.Holds([.. parameters(), input]) ? Fast(input) : Plain(input);

    /// <summary>By torch's own operations, for any device and type.</summary>
    public Tensor Plain(Tensor input) => _blocks.forward(input);

    private Tensor Fast(Tensor input)
    {
        var x = input.transpose(1, 2); // [batch, time, channels]
        for (var layer = 0; layer < _blocks.Count; layer += 3)
        {
            var (deconvolution, normalization) = ((ConvTranspose1d)_blocks[layer], (BatchNorm1d)_blocks[layer + 1]);
            x = FusedBatchNorm.Relu(Deconvolve(x, deconvolution.weight!), deconvolution.bias!, normalization);
        }
        return x.transpose(1, 2);
    }

    /// <summary>Output 2j is x_j W_1, output 2j + 1 is x_j W_2 + x_(j+1) W_0: one product of (x_j, x_(j+1)) gives both.</summary>
    private Tensor Deconvolve(Tensor x, Tensor weight) // [inputs, outputs, 3]
    {
        var windows = Pairs.Of(x, Precision); // [batch, time, 2 * inputs]
        var w = weight.to(windows.dtype).unbind(2);
        var both = cat([cat([w[1], w[2]], 1), cat([zeros_like(w[0]), w[0]], 1)]); // [2 * inputs, 2 * outputs]
        return windows.matmul(both).view(x.shape[0], 2 * x.shape[1], -1); // [batch, 2 * time, outputs]
    }
}
