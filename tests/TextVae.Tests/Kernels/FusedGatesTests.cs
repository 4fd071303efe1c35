using CsCheck;
using TextVae.Kernels;
using static TorchSharp.torch;

namespace TextVae.Tests.Kernels;

public class FusedGatesTests
{
    private static readonly Gen<(int Batch, int Time, int Channels, int Seed)> Sizes =
        Gen.Select(Gen.Int[1, 5], Gen.Int[1, 6], Gen.Int[1, 70], Gen.Int[0, 1 << 20]);

    [Fact]
    public void What_enters_and_its_gradient_are_autograds_in_float64() => Sizes.Sample(
        (batch, time, channels, seed) => AssertExact([batch, time, 2 * channels], [batch, time, channels], seed, (gates, _) => FusedGates.Enter(gates), (gates, _) =>
        {
            var (a, b) = (gates.narrow(-1, 0, channels), gates.narrow(-1, channels, channels));
            return a.tanh() * b.sigmoid();
        }),
        iter: 60, threads: 1);

    [Fact]
    public void What_passes_and_both_gradients_are_autograds_in_float64() => Sizes.Sample(
        (batch, time, channels, seed) => AssertExact([batch, time, 3 * channels], [batch, time, channels], seed, FusedGates.Pass, (gates, x) =>
        {
            var ifg = gates.chunk(3, -1);
            return ifg[1].sigmoid() * x + ifg[0].sigmoid() * ifg[2].tanh();
        }),
        iter: 60, threads: 1);

    [Fact]
    public void Gates_that_are_no_numbers_give_none()
    {
        using var scope = NewDisposeScope();
        Assert.True(FusedGates.Pass(full(2, 60, float.NaN), ones(2, 20)).isnan().all().item<bool>());
        Assert.True(FusedGates.Enter(full(2, 60, float.NaN)).isnan().all().item<bool>());
    }

    private static void AssertExact(long[] gateShape, long[] shape, int seed, Func<Tensor, Tensor, Tensor> fused, Func<Tensor, Tensor, Tensor> plain)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed);
        var (gates, x, slope) = (randn(gateShape, generator: generator) * 4, randn(shape, generator: generator), randn(shape, generator: generator));
        Tensor[] Results(Func<Tensor, Tensor, Tensor> compute, ScalarType type)
        {
            var (ownGates, ownX) = (gates.to(type).requires_grad_(), x.to(type).requires_grad_());
            var output = compute(ownGates, ownX);
            output.backward([slope.to(type)]);
            return [output.detach(), ownGates.grad!, ownX.grad ?? zeros(1, type)];
        }
        foreach (var (expected, actual) in Results(plain, float64).Zip(Results(fused, float32)))
        {
            Assert.True(expected.allclose(actual.to(float64), rtol: 1e-5, atol: 1e-5));
        }
    }
}
