using TorchSharp.Modules;
using static TextVae.Platform.TensorArithmetic;
using static TorchSharp.torch;

namespace TextVae.Layers;

/// <summary>ReLU(BatchNorm(x + bias)) in evaluation, by the running statistics: a factor and a summand for each column.</summary>
internal static class RunningBatchNorm
{
    /// <summary>Normalises each column.</summary>
    /// <param name="input">[..., columns].</param>
    /// <param name="bias">Added to the input before, [columns].</param>
    /// <param name="normalization">Its statistics are read.</param>
    /// <returns>[..., columns].</returns>
    public static Tensor Relu(Tensor input, Tensor bias, BatchNorm1d normalization)
    {
        var (scale, shift) = Fold(bias, normalization);
        return (input * scale).Plus(shift).relu();
    }

    /// <summary>BatchNorm(x + bias) is x * scale + shift; both [columns].</summary>
    public static (Tensor Scale, Tensor Shift) Fold(Tensor bias, BatchNorm1d normalization)
    {
        var scale = normalization.weight! / normalization.running_var!.Plus(normalization.eps).sqrt();
        return (scale, ((bias - normalization.running_mean!) * scale).Plus(normalization.bias!));
    }
}
