using System.Runtime.InteropServices;

namespace TextVae.Texts;

/// <summary>How often each value was seen.</summary>
public sealed class EmpiricalDistribution<T>
    where T : IComparable<T>
{
    private readonly Dictionary<T, long> _counts = [];

    /// <summary>Values seen in all.</summary>
    public long Total { get; private set; }

    /// <summary>The different values seen, rising.</summary>
    public IEnumerable<T> Values => _counts.Keys.Order();

    /// <summary>Counts a value.</summary>
    public void Add(T value)
    {
        CollectionsMarshal.GetValueRefOrAddDefault(_counts, value, out _)++;
        Total++;
    }

    /// <summary>The share of a value among all, 0 to 1; NaN if none was seen.</summary>
    public double Share(T value) => (double)_counts.GetValueOrDefault(value) / Total;

    /// <summary>The least value that is at least as great as this share of all.</summary>
    /// <exception cref="InvalidInputException">No value was seen.</exception>
    public T Quantile(double share)
    {
        Check.Any(Total, "values");
        var seen = 0L;
        return Values.First(value => (seen += _counts[value]) >= share * Total);
    }

    /// <summary>
    /// The Jensen-Shannon divergence of two distributions in bits (Lin 1991): 0 where they are equal, 1 where they have no
    /// value in common. Finite samples of one distribution are a little apart. NaN if one of the two has no values.
    /// </summary>
    public double JensenShannon(EmpiricalDistribution<T> other)
    {
        if (Total == 0 || other.Total == 0)
        {
            return double.NaN;
        }
        var sum = 0.0;
        foreach (var value in _counts.Keys.Union(other._counts.Keys))
        {
            var (p, q) = (Share(value), other.Share(value));
            var middle = (p + q) / 2;
            sum += (Term(p, middle) + Term(q, middle)) / 2;
        }
        return sum;
    }

    private static double Term(double p, double middle) => p == 0 ? 0 : p * Math.Log2(p / middle);
}
