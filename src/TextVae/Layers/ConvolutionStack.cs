using TextVae.Kernels;
using TextVae.Storage;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TextVae.Layers;

/// <summary>
/// Convolutions over one-hot tokens, or over their embeddings, that halve the length: each is Conv1d (kernel 3, stride 2,
/// padding 1), batch normalisation and ReLU (paper 3.3, figure 2a).
/// </summary>
/// <remarks>
/// On the CPU in float32 it runs through products of windows (Kernels), all else through <see cref="Plain"/>, the definition:
/// oneDNN's convolutions, which torch takes there, read memory that nobody wrote where the channels do not fill its blocks (docs/performance.md).
/// </remarks>
internal sealed class ConvolutionStack : nn.Module<Tensor, Tensor>, IHasMatrixPrecision
{
    internal const int Kernel = 3;

    [ComponentName(Name = "embedding")]
    private readonly Embedding? _embedding;
    [ComponentName(Name = "blocks")]
    private readonly Sequential _blocks;
    private readonly int _inputs;

    /// <summary>
    /// One block for each entry of <paramref name="channels"/>; a token is one of <paramref name="inputs"/>, and with an
    /// <paramref name="embedding"/> so many numbers.
    /// </summary>
    public ConvolutionStack(int inputs, IReadOnlyList<int> channels, int? embedding = null)
        : base(nameof(ConvolutionStack))
    {
        _inputs = inputs;
        _embedding = embedding is { } size ? nn.Embedding(inputs, size) : null;
        var layers = new List<(string, nn.Module<Tensor, Tensor>)>();
        foreach (var (index, width) in channels.Index())
        {
            layers.Add(($"convolution{index}", nn.Conv1d(index == 0 ? embedding ?? inputs : channels[index - 1], width, kernel_size: Kernel, stride: 2, padding: 1)));
            layers.Add(($"normalization{index}", nn.BatchNorm1d(width)));
            layers.Add(($"relu{index}", nn.ReLU()));
        }
        _blocks = nn.Sequential(layers);
        RegisterComponents();
    }

    /// <summary>The tensors of a stack of these sizes.</summary>
    public static IEnumerable<TensorShape> Tensors(int inputs, IReadOnlyList<int> channels, int? embedding) =>
    [
        .. embedding is { } size ? TensorShapes.Of("embedding.weight", inputs, size) : [],
        .. channels.Index().SelectMany(layer => TensorShapes
            .Convolution($"convolution{layer.Index}", layer.Index == 0 ? embedding ?? inputs : channels[layer.Index - 1], layer.Item, Kernel)
            .Concat(TensorShapes.BatchNorm($"normalization{layer.Index}", layer.Item))
            .Under("blocks")),
    ];

    /// <inheritdoc/>
    public MatrixPrecision Precision { get; set; }

    /// <summary>Applies the blocks.</summary>
    /// <param name="tokens">Ids, [batch, time], int64.</param>
    /// <returns>[batch, last channels, time / 2^blocks].</returns>
    public override Tensor forward(Tensor tokens)
    {
        var serves = CpuFloat32.Holds([.. parameters()]) && (!training || FusedBatchNorm.Serves(rows: tokens.numel() >> _blocks.Count / 3));
        return serves ? Fast(tokens) : Plain(tokens);
    }

    /// <summary>By torch's own operations, for any device and type.</summary>
    public Tensor Plain(Tensor tokens)
    {
        var x = Embedded(tokens) ?? nn.functional.one_hot(tokens, _inputs).to(((Conv1d)_blocks[0]).weight!.dtype);
        return _blocks.forward(x.transpose(1, 2)); // [batch, inputs, time]
    }

    private Tensor Fast(Tensor tokens)
    {
        var x = Embedded(tokens); // [batch, time, channels]
        for (var layer = 0; layer < _blocks.Count; layer += 3)
        {
            var (convolution, normalization) = ((Conv1d)_blocks[layer], (BatchNorm1d)_blocks[layer + 1]);
            var (weight, bias) = (convolution.weight!, convolution.bias!);
            x = (x, training) switch
            {
                (null, true) => FusedBatchNorm.Relu(TokenConvolution.Apply(tokens, weight), bias, normalization),
                (null, false) => RunningBatchNorm.Relu(TokenConvolution.Apply(tokens, weight), bias, normalization),
                (_, true) => FusedConvolution.Relu(x, ConvolutionWeights.Halving, weight, bias, normalization, Precision),
                (_, false) => RunningBatchNorm.Relu(ConvolutionWeights.Halving.Sums(x, weight), bias, normalization),
            };
        }
        return x!.transpose(1, 2);
    }

    private Tensor? Embedded(Tensor tokens)
    {
        if (_embedding is null)
        {
            return null;
        }
        var (rows, index) = SparseRows.Of(_embedding.weight!, tokens);
        return SparseRows.Spread(rows, index); // [batch, time, embedding]
    }
}
