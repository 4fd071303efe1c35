namespace TextVae.Data;

/// <summary>The batches of training: a pure function of (seed, step), so that a resumed run needs no state of it.</summary>
public sealed class TrainingSampler
{
    private const int Together = 16; // batches whose texts are sorted together

    private readonly ITextDataset _dataset;
    private readonly long _seed;
    private readonly bool _similarLengths;
    private (long Number, TextBatch Texts, int[] Order)? _group; // the last one that was read

    /// <summary>Batches of a dataset's texts, in the order that the dataset gives to a seed.</summary>
    /// <param name="dataset">Where the texts are.</param>
    /// <param name="batchSize">Texts in a batch.</param>
    /// <param name="seed">Chooses the order.</param>
    /// <param name="similarLengths">Whether the texts of 16 batches are parted by their length, and these batches shuffled.</param>
    public TrainingSampler(ITextDataset dataset, int batchSize, long seed, bool similarLengths = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        (_dataset, BatchSize, _seed, _similarLengths) = (dataset, batchSize, seed, similarLengths);
    }

    /// <summary>Texts in a batch.</summary>
    public int BatchSize { get; }

    /// <summary>The batch of a step; from one thread at a time.</summary>
    /// <param name="step">The training step, from 0; consecutive steps walk through the data.</param>
    public TextBatch Read(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        return _similarLengths ? ReadSimilar(step) : Read(step * BatchSize, BatchSize);
    }

    private TextBatch ReadSimilar(long step)
    {
        var (number, turn) = long.DivRem(step, Together);
        if (_group is not { } group || group.Number != number)
        {
            var texts = Read(number * Together * BatchSize, Together * BatchSize);
            _group = group = (number, texts, [.. Enumerable.Range(0, texts.Count).OrderBy(text => texts.Lengths[text])]); // stable
        }
        var place = (int)new Permutation(Together, Randomness.Seed(_seed, number, RandomStream.Lengths))[turn];
        return group.Texts.Select(new ArraySegment<int>(group.Order, place * BatchSize, BatchSize));
    }

    private TextBatch Read(long first, int count) => _dataset.Read([.. Enumerable.Range(0, count).Select(row => _dataset.TrainingIndex(_seed, first + row))]);
}
