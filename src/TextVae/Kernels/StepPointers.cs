using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TextVae.Kernels;

/// <summary>
/// Where each step of a contiguous CPU tensor [time, ...] begins, valid as long as the tensor lives. A tensor with one step
/// serves every step; no tensor gives null.
/// </summary>
internal readonly unsafe struct StepPointers<T>
    where T : unmanaged
{
    private readonly T* start;
    private readonly long stride;

    public StepPointers(Tensor? tensor)
    {
        if (tensor is not null)
        {
            start = (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
            stride = tensor.shape[0] == 1 ? 0 : tensor.numel() / tensor.shape[0];
        }
    }

    public T* this[int step] => start + step * stride;
}
