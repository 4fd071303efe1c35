using TextVae.Kernels;
using static TextVae.Platform.TensorArithmetic;
using static TorchSharp.torch;

namespace TextVae.Training;

/// <summary>Gradients that are not longer than a norm (Pascanu et al. 2013; released settings: 100 for LSTM VAEs).</summary>
internal static class GradientClipping
{
    /// <summary>The Euclidean norm of all gradients together; they are shortened to <paramref name="most"/> where it is exceeded.</summary>
    /// <param name="parameters">Whose gradients.</param>
    /// <param name="most">The largest norm; null: only measure.</param>
    /// <returns>The norm before, a scalar on the device: reading it waits for the step.</returns>
    public static Tensor Clip(IEnumerable<Tensor> parameters, double? most)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var gradients = parameters.Select(parameter => parameter.grad).OfType<Tensor>().ToList();
        var fused = CpuFloat32.Holds([.. gradients]);
        var norm = fused ? tensor((float)FusedAdam.Norm(gradients)) : stack(gradients.Select(gradient => gradient.norm())).norm();
        if (most is { } limit && !(fused && norm.item<float>() <= limit)) // reading it waits for nothing on the CPU
        {
            var scale = norm.Plus(1e-6).reciprocal().Times(limit).clamp(max: One);
            gradients.ForEach(gradient => gradient.mul_(scale));
        }
        return norm.MoveToOuterDisposeScope();
    }
}
