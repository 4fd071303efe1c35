namespace TextVae.Latent;

/// <summary>Looks for how much noise has a wanted effect, which grows with the noise from what it is without any.</summary>
internal static class RadiusSearch
{
    /// <summary>How near the effect must come to what is wanted.</summary>
    public const double Tolerance = 0.01;

    /// <summary>The most noise that is tried, in standard deviations of the prior: what lies there the model has never seen.</summary>
    public const double Largest = 8;

    private const double Smallest = 1.0 / 16;
    private const int Halvings = 10;

    /// <summary>The radius whose effect comes nearest, and the effect there.</summary>
    /// <param name="effect">Of a radius; measured with the same noise each time, so that it rises.</param>
    /// <param name="wanted">The effect to look for.</param>
    public static async Task<(double Radius, double Effect)> FindAsync(Func<double, Task<double>> effect, double wanted)
    {
        var nearest = (Radius: 0.0, Effect: await effect(0).ConfigureAwait(false));
        async Task<bool> ReachesAsync(double radius)
        {
            var found = await effect(radius).ConfigureAwait(false);
            nearest = Math.Abs(found - wanted) < Math.Abs(nearest.Effect - wanted) ? (radius, found) : nearest;
            return found >= wanted;
        }
        if (nearest.Effect >= wanted)
        {
            return nearest;
        }
        var (below, above) = (0.0, Smallest);
        while (!await ReachesAsync(above).ConfigureAwait(false))
        {
            if (above >= Largest)
            {
                return nearest;
            }
            (below, above) = (above, 2 * above);
        }
        for (var halving = 0; halving < Halvings && Math.Abs(nearest.Effect - wanted) > Tolerance; halving++)
        {
            var middle = (below + above) / 2;
            (below, above) = await ReachesAsync(middle).ConfigureAwait(false) ? (below, middle) : (middle, above);
        }
        return nearest;
    }
}
