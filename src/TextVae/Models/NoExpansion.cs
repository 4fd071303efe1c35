using static TorchSharp.torch;

namespace TextVae.Models;

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
    public override ProductCount? Count(ModelShape shape) => default(ProductCount);

    /// <inheritdoc/>
    public override void Validate(int length)
    {
    }
}
