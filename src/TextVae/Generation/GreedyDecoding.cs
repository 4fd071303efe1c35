namespace TextVae.Generation;

/// <summary>Always the most probable token (paper 4.3): all variation then comes from the latent vector.</summary>
internal sealed class GreedyDecoding : IDecodingStrategy
{
    /// <inheritdoc/>
    public int Width => 1;

    /// <inheritdoc/>
    public Choice Choose(DecodingStep step) => new(step.LogProbabilities.argmax(-1).cpu().data<long>().ToArray());
}
