using static TorchSharp.torch;

namespace TextVae.Generation;

/// <summary>A decoding strategy: which token comes next.</summary>
public interface ITokenChooser
{
    /// <summary>Chooses a token for each text.</summary>
    /// <param name="logits">[batch, vocabulary]; minus infinity where a token is forbidden.</param>
    /// <param name="position">The position in the text, from 0.</param>
    /// <returns>Ids, [batch], int64.</returns>
    Tensor Choose(Tensor logits, int position);
}

/// <summary>Always the most probable token (paper 4.3): all variation then comes from the latent vector.</summary>
public sealed class GreedyDecoding : ITokenChooser
{
    /// <inheritdoc/>
    public Tensor Choose(Tensor logits, int position) => logits.argmax(-1);
}
