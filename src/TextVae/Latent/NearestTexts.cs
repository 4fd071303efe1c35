namespace TextVae.Latent;

/// <summary>Search for nearest texts by reading all, in memory for those that are kept.</summary>
public static class NearestTexts
{
    /// <summary>The most texts that are found, which are held in memory.</summary>
    public const int MostKept = 1_000_000;

    /// <summary>The texts whose posterior means are nearest to a point, the nearest first; of equal ones those that come first.</summary>
    /// <param name="point">[latent].</param>
    /// <param name="texts">
    /// As many as there are. Left out are those that do not fit the model and those that have no distance: vectors with a NaN
    /// and, by the cosine, zero vectors.
    /// </param>
    /// <param name="count">How many to keep, at most <see cref="MostKept"/>.</param>
    /// <param name="metric">What near means.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="InvalidInputException">The count is below 1 or above <see cref="MostKept"/>, or nothing has a distance from the point.</exception>
    /// <exception cref="OperationCanceledException">The search was ended.</exception>
    public static IReadOnlyList<Neighbor> Find(
        float[] point, IEnumerable<EncodedText> texts, int count, LatentMetric metric = LatentMetric.Euclidean, CancellationToken cancellationToken = default)
    {
        var nearest = new Nearest(point, count, metric);
        foreach (var text in texts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            nearest.Add(text);
        }
        return nearest.Found;
    }

    /// <summary>As <see cref="Find"/>, without holding the caller's thread.</summary>
    /// <param name="point">[latent].</param>
    /// <param name="texts">As many as there are.</param>
    /// <param name="count">How many to keep, at most <see cref="MostKept"/>.</param>
    /// <param name="metric">What near means.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public static async Task<IReadOnlyList<Neighbor>> FindAsync(
        float[] point, IAsyncEnumerable<EncodedText> texts, int count, LatentMetric metric = LatentMetric.Euclidean, CancellationToken cancellationToken = default)
    {
        var nearest = new Nearest(point, count, metric);
        await foreach (var text in texts.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            nearest.Add(text);
        }
        return nearest.Found;
    }

    /// <summary>Keeps those that are nearest of the texts so far.</summary>
    private sealed class Nearest
    {
        private readonly float[] _point;
        private readonly int _count;
        private readonly LatentMetric _metric;
        private readonly PriorityQueue<Neighbor, (double Distance, long Index)> _kept = new(
            Comparer<(double Distance, long Index)>.Create((one, other) => other.CompareTo(one))); // the farthest first
        private long _index;

        public Nearest(float[] point, int count, LatentMetric metric)
        {
            Check.Within(1, MostKept, count, "count");
            Check.That(
                !double.IsNaN(metric.Distance(point, point)), "the point", "a vector without a distance",
                metric == LatentMetric.Cosine ? "finite numbers, not all 0" : "finite numbers");
            (_point, _count, _metric) = (point, count, metric);
        }

        public IReadOnlyList<Neighbor> Found => [.. _kept.UnorderedItems.OrderBy(item => item.Priority).Select(item => item.Element)];

        public void Add(EncodedText text)
        {
            if (text.Fits && _metric.Distance(_point, text.Mean) is var distance && !double.IsNaN(distance))
            {
                _kept.Enqueue(new Neighbor(_index, text.Text, distance), (distance, _index));
                if (_kept.Count > _count)
                {
                    _kept.Dequeue();
                }
            }
            _index++;
        }
    }
}
