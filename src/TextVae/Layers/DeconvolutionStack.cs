using TextVae.Kernels;
using TextVae.Storage;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TextVae.Layers;

/// <summary>
/// Deconvolutions that double the length: each is ConvTranspose1d (kernel 3, stride 2, padding 1, output padding 1),
/// batch normalisation and ReLU (paper 3.2).
/// </summary>
/// <remarks>On the CPU in float32 it runs through products of windows, as a <see cref="ConvolutionStack"/> does; all else through <see cref="Plain"/>, the definition.</remarks>
internal sealed class DeconvolutionStack : nn.Module<Tensor, Tensor>, IHasMatrixPrecision
{
    internal const int Kernel = 3;

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

    /// <summary>The tensors of a stack of these sizes.</summary>
    public static IEnumerable<TensorShape> Tensors(IReadOnlyList<int> channels, int features) =>
        channels.Zip(channels.Skip(1).Append(features)).Index().SelectMany(layer => TensorShapes
            .Deconvolution($"deconvolution{layer.Index}", layer.Item.First, layer.Item.Second, Kernel)
            .Concat(TensorShapes.BatchNorm($"normalization{layer.Index}", layer.Item.Second))
            .Under("blocks"));

    /// <inheritdoc/>
    public MatrixPrecision Precision { get; set; }

    /// <summary>Applies the blocks.</summary>
    /// <param name="input">[batch, first channels, time / 2^blocks].</param>
    /// <returns>[batch, features, time].</returns>
    public override Tensor forward(Tensor input) =>
        CpuFloat32.Holds([.. parameters(), input]) ? Fast(input) : Plain(input);

    /// <summary>By torch's own operations, for any device and type.</summary>
    public Tensor Plain(Tensor input) => _blocks.forward(input);

    /// <summary>Makes ready to generate; on the CPU in float32, where the running statistics serve.</summary>
    public PreparedDeconvolutions Prepare()
    {
        var type = Precision == MatrixPrecision.BFloat16 ? bfloat16 : float32;
        return new PreparedDeconvolutions([.. Blocks.Select(block =>
            PreparedDeconvolutions.Fold(ConvolutionWeights.Doubling.Plain(block.Deconvolution.weight!), block.Deconvolution.bias!, block.Normalization, type))]);
    }

    private IEnumerable<(ConvTranspose1d Deconvolution, BatchNorm1d Normalization)> Blocks =>
        Enumerable.Range(0, _blocks.Count / 3).Select(block => ((ConvTranspose1d)_blocks[3 * block], (BatchNorm1d)_blocks[3 * block + 1]));

    private Tensor Fast(Tensor input)
    {
        var x = input.transpose(1, 2); // [batch, time, channels]
        foreach (var (deconvolution, normalization) in Blocks)
        {
            var (weight, bias) = (deconvolution.weight!, deconvolution.bias!);
            x = training
                ? FusedConvolution.Relu(x, ConvolutionWeights.Doubling, weight, bias, normalization, Precision)
                : RunningBatchNorm.Relu(ConvolutionWeights.Doubling.Sums(x, weight), bias, normalization);
        }
        return x.transpose(1, 2);
    }
}
