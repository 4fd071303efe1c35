using static TorchSharp.torch;

namespace TextVae.Storage;

/// <summary>Whether tensors hold nothing but finite numbers.</summary>
internal static class FiniteTensors
{
    /// <summary>The first tensor that holds an infinite number or NaN, and one of these; null where none does.</summary>
    /// <param name="tensors">By name, of any type and device; each is read once and nothing of its size is allocated.</param>
    public static (string Name, double Found)? FirstFault(IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var (name, tensor) in tensors)
        {
            if (!tensor.is_floating_point() || tensor.numel() == 0)
            {
                continue;
            }
            var (least, most) = (tensor.min().to(float64).item<double>(), tensor.max().to(float64).item<double>()); // both are NaN where any number is
            if (!double.IsFinite(least) || !double.IsFinite(most))
            {
                return (name, double.IsFinite(least) ? most : least);
            }
        }
        return null;
    }
}
