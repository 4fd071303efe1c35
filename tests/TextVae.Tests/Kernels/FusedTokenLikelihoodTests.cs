using CsCheck;
using TextVae.Kernels;
using TextVae.Objectives;
using static TorchSharp.torch;

namespace TextVae.Tests.Kernels;

public class FusedTokenLikelihoodTests
{
    [Fact]
    public void Costs_and_gradients_are_the_plain_ones_in_float64() => Gen
        .Select(Gen.Int[1, 5], Gen.Int[1, 6], Gen.Int[1, 70], Gen.Bool, Gen.Int[0, 1 << 20])
        .Sample(
            (batch, time, vocabulary, scorePadding, seed) =>
            {
                using var scope = NewDisposeScope();
                using var generator = new Generator((ulong)seed);
                var objective = new Objective(padId: 0, scorePadding);
                var positions = new PackedPositions([.. Enumerable.Range(0, batch).Select(text => 1 + (seed + 5 * text) % time)], time, CPU);
                var tokens = randint(0, vocabulary, [positions.Count], dtype: int64, generator: generator);
                var start = randn(positions.Count, vocabulary, generator: generator) * 8;
                var slope = randn(batch, generator: generator);
                (Tensor, Tensor) Results(ScalarType type)
                {
                    var logits = start.to(type).requires_grad_();
                    var nats = objective.NegativeLogLikelihood(logits, tokens, positions);
                    nats.backward([slope.to(type)]);
                    return (nats.detach().to(float64), logits.grad!.to(float64));
                }
                var ((expected, gradient), (nats, actual)) = (Results(float64), Results(float32));
                Assert.True(allclose(expected, nats, rtol: 1e-5, atol: 1e-5));
                Assert.True(allclose(gradient, actual, rtol: 1e-5, atol: 1e-5));
            },
            iter: 100, threads: 1);
}
