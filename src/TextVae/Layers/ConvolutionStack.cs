using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TextVae.Layers;

/// <summary>
/// Convolutions that halve the length: each is Conv1d (kernel 3, stride 2, padding 1), batch normalisation and ReLU
/// (paper 3.3, figure 2a).
/// </summary>
public sealed class ConvolutionStack : nn.Module<Tensor, Tensor>
{
    internal const int Kernel = 3;

    [ComponentName(Name = "blocks")]
    private readonly nn.Module<Tensor, Tensor> _blocks;

    /// <summary>One block for each entry of <paramref name="channels"/>.</summary>
    public ConvolutionStack(int inputs, IReadOnlyList<int> channels)
        : base(nameof(ConvolutionStack))
    {
        var layers = new List<(string, nn.Module<Tensor, Tensor>)>();
        foreach (var (index, width) in channels.Index())
        {
            layers.Add(($"convolution{index}", nn.Conv1d(index == 0 ? inputs : channels[index - 1], width, kernel_size: Kernel, stride: 2, padding: 1)));
            layers.Add(($"normalization{index}", nn.BatchNorm1d(width)));
            layers.Add(($"relu{index}", nn.ReLU()));
        }
        _blocks = nn.Sequential(layers);
        RegisterComponents();
    }

    /// <summary>Applies the blocks.</summary>
    /// <param name="input">[batch, inputs, time].</param>
    /// <returns>[batch, last channels, time / 2^blocks].</returns>
    public override Tensor forward(Tensor input) => _blocks.forward(input);
}
