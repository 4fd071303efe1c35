namespace TextVae.Latent;

/// <summary>A text near another one.</summary>
/// <param name="Index">Which one it is among all that were searched, from 0.</param>
/// <param name="Text">The text.</param>
/// <param name="Distance">Of the posterior means, in the metric's unit.</param>
public sealed record Neighbor(long Index, string Text, double Distance);

/// <summary>Search for nearest texts by reading all, in memory for those that are kept.</summary>
public static class NearestTexts
{
    /// <summary>The texts whose posterior means are nearest to a point, the nearest first; of equal ones those that come first.</summary>
    /// <param name="point">[latent].</param>
    /// <param name="texts">
    /// As many as there are. Left out are those that do not fit the model and those that have no distance: vectors with a NaN
    /// and, by the cosine, zero vectors.
    /// </param>
    /// <param name="count">How many to keep.</param>
    /// <param name="metric">What near means.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="InvalidInputException">The count is below 1, or nothing has a distance from the point.</exception>
    /// <exception cref="OperationCanceledException">The search was ended.</exception>
    public static IReadOnlyList<Neighbor> Find(
        float[] point, IEnumerable<EncodedText> texts, int count, LatentMetric metric = LatentMetric.Euclidean, CancellationToken cancellationToken = default)
    {
        Check.AtLeast(1, count, "count");
        Check.That(
            !double.IsNaN(metric.Distance(point, point)), "the point", "a vector without a distance",
            metric == LatentMetric.Cosine ? "finite numbers, not all 0" : "finite numbers");
        var farthestFirst = Comparer<(double Distance, long Index)>.Create((one, other) => other.CompareTo(one));
        var kept = new PriorityQueue<Neighbor, (double, long)>(farthestFirst);
        var index = 0L;
        foreach (var text in texts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (text.Fits && metric.Distance(point, text.Mean) is var distance && !double.IsNaN(distance))
            {
                var found = new Neighbor(index, text.Text, distance);
                if (kept.Count < count)
                {
                    kept.Enqueue(found, (found.Distance, index));
                }
                else
                {
                    kept.EnqueueDequeue(found, (found.Distance, index));
                }
            }
            index++;
        }
        return [.. kept.UnorderedItems.OrderBy(item => item.Priority).Select(item => item.Element)];
    }
}
