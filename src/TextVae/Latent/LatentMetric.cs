namespace TextVae;

/// <summary>How far apart two latent vectors are.</summary>
public enum LatentMetric
{
    /// <summary>
    /// The length of their difference, in standard deviations of the prior N(0, I). The default, as it is the space's own:
    /// the KL term gives every dimension the same scale, and leaves one that carries nothing near 0 for all texts.
    /// </summary>
    Euclidean,

    /// <summary>1 - the cosine of the angle between them, from 0 to 2: as for embeddings whose length means nothing.</summary>
    Cosine,
}

/// <summary>What the metrics measure.</summary>
internal static class LatentMetrics
{
    /// <summary>How far apart two vectors of the same size are.</summary>
    public static double Distance(this LatentMetric metric, float[] one, float[] other) => metric == LatentMetric.Cosine
        ? 1 - Dot(one, other) / Math.Sqrt(Dot(one, one) * Dot(other, other))
        : Math.Sqrt(one.Zip(other, (a, b) => ((double)a - b) * ((double)a - b)).Sum());

    private static double Dot(float[] one, float[] other) => one.Zip(other, (a, b) => (double)a * b).Sum();
}
