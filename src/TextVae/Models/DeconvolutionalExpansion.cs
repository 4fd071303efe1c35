using TextVae.Kernels;
using TextVae.Layers;
using TextVae.Storage;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TextVae.Models;

/// <summary>The deconvolutional decoder (paper 3.2, figure 2a): z to features for each position, all in parallel.</summary>
internal sealed class DeconvolutionalExpansion : Expansion
{
    private readonly int _channels;
    [ComponentName(Name = "projection")]
    private readonly TorchSharp.Modules.Linear _projection;
    [ComponentName(Name = "deconvolutions")]
    private readonly DeconvolutionStack _deconvolutions;

    internal DeconvolutionalExpansion(DeconvolutionalExpansionConfig config, ModelShape shape)
        : base(nameof(DeconvolutionalExpansion))
    {
        _channels = config.Channels[0];
        _projection = nn.Linear(shape.Latent, (long)_channels * (shape.Length >> config.Channels.Count));
        _deconvolutions = new DeconvolutionStack(config.Channels, config.Features);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Conditioning forward(Tensor z) // [batch, latent]
    {
        var features = _deconvolutions.forward(Seed(z)); // [batch, features, time]
        return new Conditioning(features.transpose(1, 2)); // [batch, time, features]
    }

    /// <inheritdoc/>
    public override PreparedExpansion Prepare()
    {
        if (!CpuFloat32.Holds([.. parameters()]))
        {
            return base.Prepare();
        }
        var deconvolutions = _deconvolutions.Prepare();
        return new PreparedExpansion(z => new Conditioning(deconvolutions.Forward(Seed(z).transpose(1, 2))), deconvolutions.Weights);
    }

    private Tensor Seed(Tensor z) => _projection.forward(z).relu().view(z.size(0), _channels, -1); // [batch, channels, time / 2^L]
}

/// <summary>Sizes of the deconvolutional decoder.</summary>
public sealed record DeconvolutionalExpansionConfig : ExpansionConfig
{
    /// <summary>Feature maps that enter each layer, from z up: the encoder's, mirrored.</summary>
    public IReadOnlyList<int> Channels { get; init; } = [256, 128];

    /// <summary>Feature maps of the last layer (released settings: 200).</summary>
    public int Features { get; init; } = 200;

    /// <inheritdoc/>
    public override int FeatureCount => Features;

    /// <inheritdoc/>
    public override Expansion Build(ModelShape shape) => new DeconvolutionalExpansion(this, shape);

    /// <inheritdoc/>
    public override IEnumerable<TensorShape> Tensors(ModelShape shape) =>
    [
        .. TensorShapes.Linear("projection", shape.Latent, (long)Channels[0] * (shape.Length >> Channels.Count)),
        .. DeconvolutionStack.Tensors(Channels, Features).Under("deconvolutions"),
    ];

    /// <inheritdoc/>
    public override ProductCount? Count(ModelShape shape)
    {
        var length = shape.Length >> Channels.Count;
        var count = ProductCount.Of(shape.Latent, Channels[0] * length);
        foreach (var (inputs, outputs) in Channels.Zip(Channels.Skip(1).Append(Features)))
        {
            count += ProductCount.Of(DeconvolutionStack.Kernel * inputs, outputs, length); // each input goes into three positions
            length *= 2;
        }
        return count;
    }

    /// <inheritdoc/>
    public override void Validate(int length)
    {
        Halving.Validate("model.expansion.channels", Channels, length);
        Check.AtLeast(1, Features, "model.expansion.features");
    }
}
