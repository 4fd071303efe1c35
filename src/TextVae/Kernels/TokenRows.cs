using static TorchSharp.torch;

namespace TextVae.Kernels;

/// <summary>Where the row of each position's token begins, valid as long as the tensors live.</summary>
/// <param name="tokens">Ids, contiguous, [time, batch], int64.</param>
/// <param name="rows">One for each id, contiguous, [vocabulary, size].</param>
internal readonly unsafe struct TokenRows(Tensor tokens, Tensor rows)
{
    private readonly long* ids = RowPointers<long>.Start(tokens);
    private readonly float* start = RowPointers<float>.Start(rows);
    private readonly long batch = tokens.shape[1], vocabulary = rows.shape[0], size = rows.shape[1];

    public float* this[int time, int index] => start + Checked(ids[time * batch + index], vocabulary) * size;

    /// <summary>The id, if it is one of the vocabulary: a kernel would read beyond its rows by any other.</summary>
    public static long Checked(long id, long vocabulary) =>
        (ulong)id < (ulong)vocabulary ? id : throw new InvalidOperationException($"token id {id}; expected 0 to {vocabulary - 1}");
}
