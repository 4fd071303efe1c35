using TextVae.Data;
using TextVae.Layers;
using TextVae.Storage;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TextVae.Models;

/// <summary>The convolutional encoder (paper 3.2-3.3, figure 2a).</summary>
internal sealed class ConvolutionalEncoder : Encoder
{
    [ComponentName(Name = "convolutions")]
    private readonly ConvolutionStack _convolutions;
    [ComponentName(Name = "posterior")]
    private readonly TorchSharp.Modules.Linear _posterior;

    internal ConvolutionalEncoder(ConvolutionalEncoderConfig config, ModelShape shape)
        : base(nameof(ConvolutionalEncoder))
    {
        _convolutions = new ConvolutionStack(shape.Vocabulary, config.Channels, config.Embedding);
        _posterior = nn.Linear((long)config.Channels[^1] * (shape.Length >> config.Channels.Count), 2 * shape.Latent);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(TextBatch texts) // [batch, time]
    {
        var top = _convolutions.forward(texts.Tokens); // [batch, channels, time / 2^L]
        return _posterior.forward(top.flatten(1)); // [batch, 2 * latent]
    }
}

/// <summary>Sizes of the convolutional encoder.</summary>
public sealed record ConvolutionalEncoderConfig : EncoderConfig
{
    /// <summary>Feature maps of each layer, from the text up.</summary>
    public IReadOnlyList<int> Channels { get; init; } = [128, 256];

    /// <summary>E: numbers that a token is before the first layer; null for none, and the first layer reads one-hot tokens.</summary>
    public int? Embedding { get; init; }

    /// <inheritdoc/>
    public override Encoder Build(ModelShape shape) => new ConvolutionalEncoder(this, shape);

    /// <inheritdoc/>
    public override IEnumerable<TensorShape> Tensors(ModelShape shape) =>
    [
        .. ConvolutionStack.Tensors(shape.Vocabulary, Channels, Embedding).Under("convolutions"),
        .. TensorShapes.Linear("posterior", (long)Channels[^1] * (shape.Length >> Channels.Count), 2L * shape.Latent),
    ];

    /// <inheritdoc/>
    public override ProductCount? Count(ModelShape shape)
    {
        var length = shape.Length / 2;
        var count = Embedding is { } size
            ? ProductCount.OfOneHot(shape.Vocabulary, size, shape.Length) + ProductCount.Of(ConvolutionStack.Kernel * size, Channels[0], length)
            : ProductCount.OfOneHot(ConvolutionStack.Kernel * shape.Vocabulary, Channels[0], length);
        foreach (var (inputs, outputs) in Channels.Zip(Channels.Skip(1)))
        {
            length /= 2;
            count += ProductCount.Of(ConvolutionStack.Kernel * inputs, outputs, length);
        }
        return count + ProductCount.Of(Channels[^1] * length, 2 * shape.Latent);
    }

    /// <inheritdoc/>
    public override void Validate(int length)
    {
        Halving.Validate("model.encoder.channels", Channels, length);
        Check.AtLeast(1, Embedding ?? 1, "model.encoder.embedding");
    }
}
