namespace TextVae.Data;

/// <summary>The batches of training: a pure function of (seed, step), so that a resumed run needs no state of it.</summary>
public sealed class TrainingSampler
{
    private readonly ITextDataset _dataset;
    private readonly long _seed;

    /// <summary>Batches of a dataset's texts, in the order that the dataset gives to a seed.</summary>
    public TrainingSampler(ITextDataset dataset, int batchSize, long seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        (_dataset, BatchSize, _seed) = (dataset, batchSize, seed);
    }

    /// <summary>Texts in a batch.</summary>
    public int BatchSize { get; }

    /// <summary>Fills a batch.</summary>
    /// <param name="step">The training step, from 0; consecutive steps walk through the data.</param>
    /// <param name="ids">[batch, time], row-major.</param>
    public void Fill(long step, long[] ids)
    {
        var length = _dataset.Length;
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfNotEqual(ids.Length, BatchSize * length);
        for (var row = 0; row < BatchSize; row++)
        {
            _dataset.Read(_dataset.TrainingIndex(_seed, step * BatchSize + row), ids.AsSpan(row * length, length));
        }
    }
}
