namespace TextVae.Generation;

/// <summary>Always the most probable token (paper 4.3): all variation then comes from the latent vector.</summary>
internal sealed class GreedyDecoding : IDecodingStrategy
{
    /// <inheritdoc/>
    public int Width => 1;

    /// <inheritdoc/>
    public Choice Choose(DecodingStep step) => new([.. step.LogProbabilities.Chunk(step.Vocabulary).Select(MostProbable)]);

    /// <summary>The first of the most probable tokens.</summary>
    public static long MostProbable(float[] logProbabilities)
    {
        var best = 0;
        for (var token = 1; token < logProbabilities.Length; token++)
        {
            best = logProbabilities[token] > logProbabilities[best] ? token : best;
        }
        return best;
    }
}
