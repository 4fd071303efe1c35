namespace TextVae.Data;

/// <summary>The batches of an evaluation: the same texts in the same order every time.</summary>
public sealed class EvaluationBatches
{
    private readonly ITextDataset _dataset;

    /// <summary>Batches of a dataset's texts.</summary>
    /// <param name="dataset">The texts.</param>
    /// <param name="batchSize">Texts in a batch; the last one may have fewer.</param>
    /// <param name="limit">The most texts to use, evenly spaced over all; null for all.</param>
    public EvaluationBatches(ITextDataset dataset, int batchSize, long? limit = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit ?? 1, nameof(limit));
        (_dataset, BatchSize) = (dataset, batchSize);
        Used = Math.Min(limit ?? Total, Total);
    }

    /// <summary>Texts in a batch.</summary>
    public int BatchSize { get; }

    /// <summary>Texts that there are.</summary>
    public long Total => _dataset.EvaluationCount;

    /// <summary>Texts in the batches.</summary>
    public long Used { get; }

    /// <summary>The number of batches.</summary>
    public long Count => (Used + BatchSize - 1) / BatchSize;

    /// <summary>A batch.</summary>
    /// <param name="number">Which one, below <see cref="Count"/>.</param>
    /// <returns>The last batch may have fewer than <see cref="BatchSize"/> texts.</returns>
    public TextBatch Read(long number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, Count);
        var first = number * BatchSize;
        var count = (int)Math.Min(BatchSize, Used - first);
        return _dataset.Read([.. Enumerable.Range(0, count).Select(row => _dataset.EvaluationIndex((long)((Int128)(first + row) * Total / Used)))]);
    }

    /// <summary>All batches, one after the other.</summary>
    public IEnumerable<TextBatch> Read()
    {
        for (var number = 0L; number < Count; number++)
        {
            yield return Read(number);
        }
    }
}
