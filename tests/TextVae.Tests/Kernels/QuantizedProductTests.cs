using TextVae.Kernels;
using static TorchSharp.torch;

namespace TextVae.Tests.Kernels;

public class QuantizedProductTests
{
    // Against the same steps taken in float64: what it says that it computes, it computes exactly but for float32's rounding.
    [Theory]
    [InlineData(1, 4, 1)]
    [InlineData(3, 7, 5)]
    [InlineData(1, 100, 64)]
    [InlineData(33, 50, 65)]
    [InlineData(70, 301, 200)]
    public void It_is_the_product_of_the_nearest_steps(int rows, int inner, int outer)
    {
        Assert.SkipUnless(QuantizedProduct.IsSupported, "this processor has no such products");
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        var left = rand(rows, inner, generator: generator) * 2 - 1;
        var right = randn(inner, outer, generator: generator);
        var scale = right.abs().amax([0L]).to(float64) / 127;
        var expected = (left.to(float64) * 127 + 0.5).floor().div(127).mm((right.to(float64) / scale).round() * scale);

        var product = new QuantizedProduct(right);
        var bytes = Bytes(left, product.Inner);
        var result = full([rows, outer], float.NaN);
        product.Compute(bytes, result, add: false, together: false);
        BlockProducts.Release();
        Assert.InRange(((result.to(float64) - expected).norm() / expected.norm()).item<double>(), 0, 1e-3); // some numbers lie on the border of two steps

        var added = ones(rows, outer);
        product.Compute(bytes, added, add: true, together: true);
        Assert.True(added.allclose(result + 1, 1e-5, 1e-5));
        Assert.InRange(((result - left.mm(right)).norm() / left.mm(right).norm()).item<float>(), 0, 0.05);
    }

    [Fact]
    public unsafe void Numbers_from_minus_one_to_one_are_the_nearest_of_255_steps_around_128()
    {
        Assert.SkipUnless(QuantizedProduct.IsSupported, "this processor has no such products");
        float[] numbers = [-1, 1, 0, 0.5f / 127.01f, 0.5f / 126.9f, -0.5f, .. Enumerable.Range(0, 30).Select(k => (k - 15) / 15f)];
        var row = new byte[numbers.Length];
        fixed (float* from = numbers)
        fixed (byte* to = row)
        {
            QuantizedProduct.Round(from, to, numbers.Length);
        }
        Assert.Equal([1, 255, 128, 128, 129, 65], row[..6]);
        Assert.All(numbers.Zip(row), pair => Assert.InRange((pair.Second - 128) / 127f - pair.First, -0.5f / 127 - 1e-6f, 0.5f / 127 + 1e-6f));
    }

    private static unsafe Tensor Bytes(Tensor numbers, int inner)
    {
        var bytes = full([numbers.shape[0], inner], QuantizedProduct.Zero, uint8);
        var whole = numbers.contiguous();
        for (var row = 0; row < numbers.shape[0]; row++)
        {
            QuantizedProduct.Round(new RowPointers<float>(whole)[0, row], new RowPointers<byte>(bytes)[0, row], (int)numbers.shape[1]);
        }
        return bytes;
    }
}
