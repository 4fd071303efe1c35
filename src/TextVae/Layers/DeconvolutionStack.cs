using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TextVae.Layers;

/// <summary>
/// Deconvolutions that double the length: each is ConvTranspose1d (kernel 3, stride 2, padding 1, output padding 1),
/// batch normalisation and ReLU (paper 3.2).
/// </summary>
public sealed class DeconvolutionStack : nn.Module<Tensor, Tensor>
{
    internal const int Kernel = 3;

    [ComponentName(Name = "blocks")]
    private readonly nn.Module<Tensor, Tensor> _blocks;

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

    /// <summary>Applies the blocks.</summary>
    /// <param name="input">[batch, first channels, time / 2^blocks].</param>
    /// <returns>[batch, features, time].</returns>
    public override Tensor forward(Tensor input) => _blocks.forward(input);
}
