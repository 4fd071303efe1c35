using System.Runtime.Intrinsics;
using TextVae.Kernels;

namespace TextVae.Tests.Kernels;

public class VectorMathTests
{
    [Fact]
    public void Exponential_sigmoid_and_tanh_are_right_to_six_digits_everywhere()
    {
        for (var x = -85.9f; x < 85.9; x += 0.0037f)
        {
            Check(Math.Exp(x), VectorMath.Exp(Vector512.Create(x))[3], x);
            Check(1 / (1 + Math.Exp(-x)), VectorMath.Sigmoid(Vector512.Create(x))[15], x);
            Check(Math.Tanh(x), VectorMath.Tanh(Vector512.Create(x))[0], x);
            Check(Math.Tanh(x * 1e-4), VectorMath.Tanh(Vector512.Create(x * 1e-4f))[0], x * 1e-4f);
        }
    }

    [Fact]
    public void The_ends_are_finite_and_not_a_number_stays_so()
    {
        Assert.Equal(1, VectorMath.Sigmoid(Vector512.Create(float.PositiveInfinity))[0]);
        Assert.Equal(0, VectorMath.Sigmoid(Vector512.Create(-1e30f))[0], 1e-37);
        Assert.Equal(-1, VectorMath.Tanh(Vector512.Create(float.NegativeInfinity))[0], 1e-6);
        Assert.InRange(VectorMath.Tanh(Vector512.Create(7.9f))[0], 0.999999f, 1f); // never beyond 1
        Assert.True(float.IsNaN(VectorMath.Sigmoid(Vector512.Create(float.NaN))[0]));
        Assert.True(float.IsNaN(VectorMath.Tanh(Vector512.Create(float.NaN))[0]));
    }

    private static void Check(double expected, float actual, float x) =>
        Assert.True(Math.Abs(actual - expected) <= 5e-7 * Math.Abs(expected), $"at {x}: {actual} instead of {expected}");
}
