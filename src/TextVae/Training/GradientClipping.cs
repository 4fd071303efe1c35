using TextVae.Kernels;
using TorchSharp;
using static TextVae.Platform.TensorArithmetic;
using static TorchSharp.torch;

namespace TextVae.Training;

/// <summary>Gradients that are not longer than a norm (Pascanu et al. 2013; released settings: 100 for LSTM VAEs).</summary>
internal static class GradientClipping
{
    /// <summary>Gradients of which all together are no longer than <paramref name="most"/>.</summary>
    /// <param name="gradients">They are shortened in place.</param>
    /// <param name="norm">The Euclidean norm of all of them together, a scalar.</param>
    /// <param name="most">The largest norm.</param>
    public static void Clip(IEnumerable<Tensor> gradients, Tensor norm, double most)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        if (norm.device_type == DeviceType.CPU && norm.item<float>() <= most) // reading it waits for nothing there
        {
            return;
        }
        var scale = norm.Plus(1e-6).reciprocal().Times(most).clamp(max: One);
        foreach (var gradient in gradients)
        {
            SparseRows.Values(gradient).mul_(scale);
        }
    }
}
