using CsCheck;
using TextVae.Kernels;
using static TorchSharp.torch;

namespace TextVae.Tests.Kernels;

public class ProjectedSumTests
{
    [Fact]
    public void Sum_and_gradients_are_the_plain_ones_in_float64() => Gen
        .Select(Gen.Int[1, 40], Gen.Int[1, 9], Gen.Int[1, 70], Gen.Bool, Gen.Int[0, 1 << 20])
        .Sample(
            (positions, vocabulary, size, hasProduct, seed) =>
            {
                using var scope = NewDisposeScope();
                using var generator = new Generator((ulong)seed);
                var (product, rows) = (randn(positions, size, generator: generator), randn(vocabulary, size, generator: generator));
                var (tokens, slope) = (randint(0, vocabulary, [positions], dtype: int64, generator: generator), randn(positions, size, generator: generator));
                foreach (var rounded in new[] { false, true })
                {
                    Tensor[] Results(Func<ProjectedInput, Tensor> sum, ScalarType type)
                    {
                        var own = hasProduct ? product.clone().to(rounded ? bfloat16 : type).requires_grad_() : null;
                        var ownRows = rows.clone().to(type).requires_grad_();
                        var output = sum(new ProjectedInput(own, ownRows, tokens));
                        output.backward([slope.to(type)]);
                        return [output.detach(), ownRows.grad!, own?.grad ?? zeros(1)];
                    }
                    foreach (var (expected, actual) in Results(input => input.Sum(), float64).Zip(Results(ProjectedSum.Of, float32)))
                    {
                        Assert.True(expected.to(float64).allclose(actual.to(float64), rtol: 1e-5, atol: 1e-5));
                    }
                }
            },
            iter: 60, threads: 1);

    [Fact]
    public void A_token_that_has_no_row_is_refused()
    {
        using var scope = NewDisposeScope();
        var error = Assert.ThrowsAny<Exception>(() => ProjectedSum.Of(new ProjectedInput(null, zeros(3, 4), tensor(new long[] { 0, 3 }))));
        Assert.Contains("token id 3; expected 0 to 2", error.ToString());
    }
}
