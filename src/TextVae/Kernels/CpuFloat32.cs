using TorchSharp;
using static TorchSharp.torch;

namespace TextVae.Kernels;

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
