using TextVae.Data;
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
    public override ProductCount? Count(ModelShape shape) => default(ProductCount);

    /// <inheritdoc/>
    public override void Validate(int length)
    {
    }
}
