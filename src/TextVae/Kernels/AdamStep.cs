using static TorchSharp.torch;

namespace TextVae.Kernels;

/// <summary>The arithmetic of one step of Adam (Kingma and Ba 2014, algorithm 1), the same for every parameter.</summary>
/// <param name="Size">The learning rate, divided by the mean's correction for its zero start.</param>
/// <param name="Correction">By which the root of the square is divided, for its zero start.</param>
internal readonly record struct AdamStep(double Size, double Correction)
{
    public const double Beta1 = 0.9;
    public const double Beta2 = 0.999;
    public const double Epsilon = 1e-8;

    /// <param name="step">Which step, from 1.</param>
    /// <param name="learningRate">Of this step.</param>
    public static AdamStep At(long step, double learningRate) =>
        new(learningRate / (1 - Math.Pow(Beta1, step)), Math.Sqrt(1 - Math.Pow(Beta2, step)));

    /// <summary>Moves one parameter and its moments by torch's own operations; <see cref="FusedAdam"/> moves many.</summary>
    public void ApplyPlain(Tensor value, Tensor gradient, Tensor mean, Tensor square)
    {
        mean.mul_(Beta1).add_(gradient, alpha: 1 - Beta1);
        square.mul_(Beta2).addcmul_(gradient, gradient, 1 - Beta2);
        value.addcdiv_(mean, square.sqrt().div_(Correction).add_(Epsilon), -Size);
    }
}
