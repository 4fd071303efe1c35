using TextVae.Tokenizers;

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

/// <summary>The texts of a dataset as a model sees them.</summary>
public static class DatasetTexts
{
    private const int BatchSize = 256;

    /// <summary>Streams the texts of an evaluation: normalised, and with U+FFFD for unknown tokens.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="tokenizer">What made its tokens.</param>
    /// <param name="limit">The most texts, evenly spaced over all; null for all.</param>
    /// <param name="first">Index of the first of these texts to read.</param>
    /// <param name="count">How many from there on; null for all.</param>
    public static IEnumerable<string> Read(ITextDataset dataset, ITokenizer tokenizer, long? limit = null, long first = 0, long? count = null)
    {
        var batches = new EvaluationBatches(dataset, BatchSize, limit);
        var end = count is { } some ? long.Min(batches.Used, first + some) : batches.Used;
        for (var number = first / BatchSize; number * BatchSize < end; number++)
        {
            var batch = batches.Read(number);
            for (var text = 0; text < batch.Count; text++)
            {
                if (number * BatchSize + text >= first && number * BatchSize + text < end)
                {
                    yield return tokenizer.Decode(batch[text]);
                }
            }
        }
    }
}
