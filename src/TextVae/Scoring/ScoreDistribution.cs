namespace TextVae.Scoring;

/// <summary>The distribution of the scores of a set of texts, by its quantiles.</summary>
/// <param name="Quantiles">Evenly spaced ones from the smallest score to the largest, ascending; at least two.</param>
public sealed record ScoreDistribution(IReadOnlyList<double> Quantiles)
{
    private const int Intervals = 1_000;

    /// <summary>The distribution of scores in any order; none of them NaN.</summary>
    /// <exception cref="InvalidInputException">There are none.</exception>
    public static ScoreDistribution Of(IEnumerable<double> scores)
    {
        double[] sorted = [.. scores.Order()];
        Check.Any(sorted.Length, "scores");
        return new ScoreDistribution([.. Enumerable.Range(0, Intervals + 1).Select(number => At(sorted, (double)number / Intervals * (sorted.Length - 1)))]);
    }

    /// <summary>How many of a hundred texts have a lower score: 0 below all, 100 above all, linear between two quantiles, their middle for ties.</summary>
    public double Percentile(double score)
    {
        var (below, notAbove) = (Count(quantile => quantile < score), Count(quantile => quantile <= score));
        var position = below < notAbove ? (below + notAbove - 1) / 2.0
            : below == 0 ? 0
            : below == Quantiles.Count ? below - 1
            : below - 1 + (score - Quantiles[below - 1]) / (Quantiles[below] - Quantiles[below - 1]);
        return 100 * position / (Quantiles.Count - 1);
    }

    /// <inheritdoc/>
    public bool Equals(ScoreDistribution? other) => other is not null && Quantiles.HasSameValues(other.Quantiles);

    /// <inheritdoc/>
    public override int GetHashCode() => Quantiles.HashOfValues();

    /// <summary>How many of the first quantiles a condition holds for, by bisection.</summary>
    private int Count(Func<double, bool> holds)
    {
        var (from, to) = (0, Quantiles.Count);
        while (from < to)
        {
            var middle = (from + to) / 2;
            (from, to) = holds(Quantiles[middle]) ? (middle + 1, to) : (from, middle);
        }
        return from;
    }

    private static double At(double[] sorted, double position)
    {
        var (index, rest) = ((int)position, position - (int)position);
        return rest == 0 ? sorted[index] : sorted[index] + rest * (sorted[index + 1] - sorted[index]);
    }
}
