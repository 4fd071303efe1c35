using TextVae.Data;
using TextVae.Storage;
using static TorchSharp.torch;

namespace TextVae.Models;

/// <summary>A language model's encoder (paper 3.4, 4.1): it says nothing of the text, in no dimension.</summary>
internal sealed class NoEncoder() : Encoder(nameof(NoEncoder))
{
    /// <inheritdoc/>
    public override Tensor forward(TextBatch texts) => zeros([texts.Count, 0], device: texts.Tokens.device);
}

/// <summary>A language model's encoder.</summary>
public sealed record NoEncoderConfig : EncoderConfig
{
    /// <inheritdoc/>
    public override Encoder Build(ModelShape shape) => new NoEncoder();

    /// <inheritdoc/>
    public override IEnumerable<TensorShape> Tensors(ModelShape shape) => [];

    /// <inheritdoc/>
    public override ProductCount? Count(ModelShape shape) => default(ProductCount);

    /// <inheritdoc/>
    public override void Validate(int length)
    {
    }
}

/// <summary>A language model's expansion: the decoder is told nothing.</summary>
internal sealed class NoExpansion() : Expansion(nameof(NoExpansion))
{
    /// <inheritdoc/>
    public override Conditioning forward(Tensor z) => new();
}

/// <summary>A language model's expansion.</summary>
public sealed record NoExpansionConfig : ExpansionConfig
{
    /// <inheritdoc/>
    public override Expansion Build(ModelShape shape) => new NoExpansion();

    /// <inheritdoc/>
    public override IEnumerable<TensorShape> Tensors(ModelShape shape) => [];

    /// <inheritdoc/>
    public override ProductCount? Count(ModelShape shape) => default(ProductCount);

    /// <inheritdoc/>
    public override void Validate(int length)
    {
    }
}
