namespace TextVae.Data;

/// <summary>Texts in memory, in their order.</summary>
/// <param name="rows">At least one, all of one time.</param>
internal sealed class RowDataset(IReadOnlyList<TextRow> rows) : ITextDataset
{
    /// <inheritdoc/>
    public long Count => rows.Count;

    /// <inheritdoc/>
    public int Length => rows[0].Ids.Length;

    /// <inheritdoc/>
    public IReadOnlyList<string> Notes => [];

    /// <inheritdoc/>
    public long EvaluationCount => Count;

    /// <inheritdoc/>
    public int Read(long index, Span<int> ids)
    {
        rows[(int)index].Ids.Span.CopyTo(ids);
        return rows[(int)index].Length;
    }

    /// <inheritdoc/>
    public long TrainingIndex(long seed, long draw) => draw % Count;

    /// <inheritdoc/>
    public long EvaluationIndex(long number) => number;

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
