using TextVae.Kernels;
using static TorchSharp.torch;

namespace TextVae.Tests.Kernels;

public class BlockedMatrixTests
{
    [Theory]
    [InlineData(1, 2, 1)]
    [InlineData(3, 7, 5)]
    [InlineData(1, 100, 64)]
    [InlineData(33, 50, 65)]
    [InlineData(5, 64, 200)]
    [InlineData(16, 300, 77)]
    [InlineData(130, 40, 91)]
    public void It_is_the_product_in_both_types_whether_the_matrix_is_transposed_or_not(int rows, int inner, int outer)
    {
        using var scope = NewDisposeScope();
        foreach (var type in new[] { float32, bfloat16 })
        {
            var left = randn(rows, inner).to(type);
            var right = randn(inner, outer).to(type);
            var expected = left.to(float64).mm(right.to(float64));
            foreach (var matrix in new[] { right, right.t().contiguous().t() })
            {
                var result = full([rows, outer], float.NaN);
                var product = new BlockedMatrix(matrix);
                product.Compute(left, result);
                BlockProducts.Release();
                var together = full([rows, outer], float.NaN);
                product.Compute(left, together, together: true);
                // bfloat16 operands are exact here; only where the processor lacks such products is the result rounded to it.
                Assert.InRange(((result - expected).norm() / expected.norm()).item<double>(), 0, type == float32 ? 1e-6 : 5e-3);
                Assert.True(together.allclose(result));
                var bias = randn(outer);
                Assert.True(product.Multiply(left).allclose(result));
                Assert.True(product.Multiply(left.unsqueeze(0), bias).allclose(result.unsqueeze(0) + bias, 1e-5, 1e-5));
            }
        }
    }
}
