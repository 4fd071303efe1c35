using System.Numerics.Tensors;

namespace TextVae;

/// <summary>How far apart two latent vectors are.</summary>
public enum LatentMetric
{
    /// <summary>
    /// The length of their difference, in standard deviations of the prior N(0, I). The default, as it is the space's own:
    /// the KL term gives every dimension the same scale, and leaves one that carries nothing near 0 for all texts.
    /// </summary>
    Euclidean,

    /// <summary>
    /// 1 - the cosine of the angle between them, from 0 to 2: as for embeddings whose length means nothing. A vector of
    /// zeros has no direction and so no distance.
    /// </summary>
    Cosine,
}

/// <summary>What the metrics measure.</summary>
internal static class LatentMetrics
{
    /// <summary>How far apart two vectors of the same size are; NaN where there is no such distance.</summary>
    public static double Distance(this LatentMetric metric, float[] one, float[] other)
    {
        var (a, b) = (Precise(one), Precise(other));
        return metric == LatentMetric.Cosine ? 1 - TensorPrimitives.CosineSimilarity<double>(a, b) : TensorPrimitives.Distance<double>(a, b);
    }

    /// <summary>As float64, in which equal directions are 0 apart to 15 digits, not 7.</summary>
    private static double[] Precise(float[] vector)
    {
        var result = new double[vector.Length];
        TensorPrimitives.ConvertChecked<float, double>(vector, result);
        return result;
    }
}
