namespace TextVae.Latent;

/// <summary>The mean of vectors, and how far they lie from it, in one pass and constant memory.</summary>
/// <param name="latent">Their size.</param>
internal sealed class LatentMean(int latent)
{
    private readonly double[] _sum = new double[latent];
    private double _squares;

    /// <summary>Vectors added.</summary>
    public long Count { get; private set; }

    /// <summary>[latent]; of at least one vector.</summary>
    public float[] Mean => Array.ConvertAll(_sum, total => (float)(total / Count));

    /// <summary>The root of the mean squared length of the vectors' differences from their mean.</summary>
    public double Distance => Math.Sqrt(Math.Max(0, _squares / Count - _sum.Sum(total => total / Count * (total / Count))));

    /// <summary>Adds a vector, [latent].</summary>
    public void Add(float[] vector)
    {
        foreach (var (dimension, value) in vector.Index())
        {
            _sum[dimension] += value;
            _squares += (double)value * value;
        }
        Count++;
    }
}
