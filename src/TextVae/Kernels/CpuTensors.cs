using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace TextVae.Kernels;

/// <summary>
/// Where each row of a contiguous CPU tensor [time, batch, size] begins, valid as long as the tensor lives. A tensor with one
/// step, or one without time [batch, size], serves every step; one with a batch of one serves every row.
/// </summary>
internal readonly unsafe struct RowPointers<T>
    where T : unmanaged
{
    private readonly T* start;
    private readonly long step;
    private readonly long row;

    public RowPointers(Tensor tensor)
    {
        start = Start(tensor);
        row = tensor.size(-2) > 1 ? tensor.size(-1) : 0;
        step = tensor.dim() == 3 && tensor.size(0) > 1 ? tensor.size(1) * tensor.size(2) : 0;
    }

    public T* this[int time, int index] => start + time * step + index * row;

    /// <summary>Where the tensor's numbers begin.</summary>
    public static T* Start(Tensor tensor)
    {
        if (tensor.numel() * tensor.element_size() <= int.MaxValue)
        {
            return First(tensor);
        }
        using var flat = tensor.view(-1);
        using var first = flat.narrow(0, 0, 1); // a span has at most 2 GiB
        return First(first);
    }

    private static T* First(Tensor tensor) => (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
}

/// <summary>Where the row of each position's token begins, valid as long as the tensors live.</summary>
/// <param name="tokens">Ids, contiguous, [positions] or [texts, time], int64.</param>
/// <param name="rows">One for each id, contiguous, [vocabulary, size].</param>
internal readonly unsafe struct TokenRows(Tensor tokens, Tensor rows)
{
    private readonly long* ids = RowPointers<long>.Start(tokens);
    private readonly float* start = RowPointers<float>.Start(rows);
    private readonly long time = tokens.size(-1), vocabulary = rows.size(0), size = rows.size(1);

    public float* this[int position] => start + Checked(ids[position], vocabulary) * size;

    public float* this[int text, int position] => start + Checked(ids[text * time + position], vocabulary) * size;

    /// <summary>The id, if it is one of the vocabulary: a kernel would read beyond its rows by any other.</summary>
    public static long Checked(long id, long vocabulary) =>
        (ulong)id < (ulong)vocabulary ? id : throw new InvalidOperationException($"token id {id}; expected 0 to {vocabulary - 1}");
}

/// <summary>What the fast implementations compute with: float32 on the CPU.</summary>
internal static class CpuFloat32
{
    /// <summary>Whether all these tensors are such (null: not there, so not in the way).</summary>
    public static bool Holds(params ReadOnlySpan<Tensor?> tensors)
    {
        foreach (var tensor in tensors)
        {
            if (tensor is not null && (tensor.device_type != DeviceType.CPU || tensor.dtype != ScalarType.Float32))
            {
                return false;
            }
        }
        return true;
    }
}
