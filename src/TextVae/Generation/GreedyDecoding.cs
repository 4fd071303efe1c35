namespace TextVae.Generation;

/// <summary>Always the most probable token (paper 4.3): all variation then comes from the latent vector.</summary>
internal sealed record GreedyDecoding : IDecodingStrategy
{
    /// <inheritdoc/>
    public int Width => 1;

    /// <inheritdoc/>
    public Choice Choose(DecodingStep step)
    {
        var tokens = new long[step.Scores.Length];
        for (var row = 0; row < tokens.Length; row++)
        {
            tokens[row] = MostProbable(step.LogProbabilities.Span.Slice(row * step.Vocabulary, step.Vocabulary));
        }
        return new Choice(tokens);
    }

    /// <summary>The first of the most probable tokens.</summary>
    public static long MostProbable(ReadOnlySpan<float> logProbabilities)
    {
        var best = 0;
        for (var token = 1; token < logProbabilities.Length; token++)
        {
            best = logProbabilities[token] > logProbabilities[best] ? token : best;
        }
        return best;
    }
}
