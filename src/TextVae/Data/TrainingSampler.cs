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

    /// <summary>The batch of a step.</summary>
    /// <param name="step">The training step, from 0; consecutive steps walk through the data.</param>
    public TextBatch Read(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        return _dataset.Read([.. Enumerable.Range(0, BatchSize).Select(row => _dataset.TrainingIndex(_seed, step * BatchSize + row))]);
    }
}
