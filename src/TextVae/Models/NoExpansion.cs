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
    internal override Expansion Build(ModelShape shape) => new NoExpansion();

    /// <inheritdoc/>
    internal override ProductCount Count(ModelShape shape) => default;

    /// <inheritdoc/>
    public override void Validate(int length)
    {
    }
}
