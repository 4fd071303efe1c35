using TorchSharp;
using static TorchSharp.torch;

namespace TextVae.Platform;

/// <summary>
/// Tensors and numbers. TorchSharp 0.107 gives libtorch the address of a number whose owner, a <see cref="Scalar"/>, nothing
/// refers to any longer: a garbage collection that another thread causes may free it during the call, which then fails or
/// computes with something else (dotnet/TorchSharp, pull requests 1434 and 1496). Here the owner lives as long as the call. So
/// this library never leaves it to the compiler to make one, and writes the sum of two tensors, which hides a number, as
/// <see cref="Plus(Tensor, Tensor)"/>.
/// </summary>
internal static class TensorArithmetic
{
    /// <summary>0, which is never freed.</summary>
    public static readonly Scalar Zero = 0.ToScalar();

    /// <summary>1, which is never freed.</summary>
    public static readonly Scalar One = 1.ToScalar();

    /// <summary>2, which is never freed.</summary>
    public static readonly Scalar Two = 2.ToScalar();

    /// <summary>1/2, which is never freed.</summary>
    public static readonly Scalar OneHalf = 0.5.ToScalar();

    /// <summary>Minus infinity, which is never freed.</summary>
    public static readonly Scalar MinusInfinity = double.NegativeInfinity.ToScalar();

    /// <summary>A number that is freed when it is disposed of.</summary>
    public static Scalar Number(double value) => value.ToScalar();

    /// <inheritdoc cref="Number(double)"/>
    public static Scalar Number(long value) => value.ToScalar();

    /// <summary>a + b.</summary>
    public static Tensor Plus(this Tensor a, Tensor b) => a.add(b, One);

    /// <summary>a + b.</summary>
    public static Tensor Plus(this Tensor a, double b)
    {
        using var number = Number(b);
        return a.add(number, One);
    }

    /// <summary>a - b.</summary>
    public static Tensor Minus(this Tensor a, double b)
    {
        using var number = Number(b);
        return a.sub(number);
    }

    /// <summary>a * b.</summary>
    public static Tensor Times(this Tensor a, double b)
    {
        using var number = Number(b);
        return a.mul(number);
    }

    /// <summary>a / b.</summary>
    public static Tensor Over(this Tensor a, double b)
    {
        using var number = Number(b);
        return a.div(number);
    }

    /// <summary>a².</summary>
    public static Tensor Squared(this Tensor a) => a.pow(Two);
}
