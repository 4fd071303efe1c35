using CsCheck;
using TextVae.Kernels;
using TextVae.Layers;
using TextVae.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace TextVae.Tests.Kernels;

public class LinearLikelihoodTests
{
    [Fact]
    public void Costs_and_gradients_are_the_plain_ones_in_float64_however_many_logits_are_in_memory() => Gen
        .Select(Gen.Int[1, 5], Gen.Int[1, 6], Gen.Int[1, 40], Gen.Int[1, 200], Gen.Bool, Gen.Int[0, 1 << 20])
        .Sample(
            (batch, time, vocabulary, atATime, rounded, seed) =>
            {
                using var scope = NewDisposeScope();
                using var generator = new Generator((ulong)seed);
                var layer = nn.Linear(7, vocabulary);
                var positions = new PackedPositions([.. Enumerable.Range(0, batch).Select(text => 1 + (seed + 5 * text) % time)], time, CPU);
                var tokens = randint(0, vocabulary, [positions.Count], dtype: int64, generator: generator);
                var (start, slope) = (randn([positions.Count, 7], generator: generator), randn([batch], generator: generator));
                List<Tensor> Results(ScalarType type, Func<Tensor, Tensor> nats)
                {
                    layer.to(type);
                    layer.zero_grad();
                    var input = start.to(type).detach().requires_grad_();
                    var costs = nats(input);
                    costs.backward([slope.to(type)]);
                    return [costs.detach(), input.grad!, .. layer.parameters().Select(parameter => parameter.grad!.clone())];
                }
                var precision = rounded ? MatrixPrecision.BFloat16 : MatrixPrecision.Float32;
                var actual = Results(float32, input => LinearLikelihood.Nats(layer, input, tokens, positions, 0, precision, atATime));
                var objective = new Objective(padId: 0, scorePadding: false);
                var expected = Results(float64, input => objective.NegativeLogLikelihoodPlain(layer.forward(input), tokens, positions));
                Assert.All(expected.Zip(actual), pair =>
                    Assert.InRange((pair.Second.to(float64) - pair.First).norm().item<double>(), 0, (rounded ? 0.02 : 1e-5) * (pair.First.norm().item<double>() + 1)));
            },
            iter: 60, threads: 1);

    [Fact]
    public void Logits_that_are_too_many_to_keep_are_never_together()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        const int Vocabulary = 1 << 19;
        var layer = nn.Linear(1, Vocabulary);
        var positions = PackedPositions.Everything(13, 5, CPU); // 65 positions: some above 2^25 logits
        var (input, tokens) = (randn(positions.Count, 1), randint(0, Vocabulary, [positions.Count], dtype: int64));
        Assert.Null(new PackedLogits(layer, input.narrow(0, 0, 64)).NatsOfMany(tokens, positions, -1));
        var nats = new PackedLogits(layer, input).NatsOfMany(tokens, positions, -1)!;
        Assert.Equal([13], nats.shape);
        Assert.InRange(nats.mean().item<float>(), 5 * 12, 5 * 15); // log 2^19 is 13.2
    }
}
