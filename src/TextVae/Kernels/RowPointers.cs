using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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
        var shape = tensor.shape;
        row = shape[^2] > 1 ? shape[^1] : 0;
        step = shape.Length == 3 && shape[0] > 1 ? shape[1] * shape[2] : 0;
    }

    public T* this[int time, int index] => start + time * step + index * row;

    /// <summary>Where the tensor's numbers begin.</summary>
    public static T* Start(Tensor tensor) => (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
}
