using TextVae.Kernels;
using TextVae.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace TextVae.Tests.Layers;

public class LayerNormLstmTests
{
    /// <summary>The cell written a second time, in scalars, from design 2.</summary>
    [Fact]
    public void One_step_is_the_equation()
    {
        using var scope = NewDisposeScope();
        const int H = 3;
        var layer = (LayerNormLstm)new LayerNormLstm(H, generator: new Generator(1)).to(ScalarType.Float64);
        var weight = layer.get_parameter("hidden_weight")!.detach().data<double>().ToArray();
        double[] x = [.. Enumerable.Range(0, 4 * H).Select(k => Math.Sin(k))], h = [0.3, -0.2, 0.7], c = [-1, 0.5, 2];
        var a = x.Select((value, k) => value + Enumerable.Range(0, H).Sum(j => h[j] * weight[j * 4 * H + k])).ToArray();
        var (mean, variance) = (a.Average(), a.Average(v => (v - a.Average()) * (v - a.Average())));
        var y = a.Select(v => (v - mean) / Math.Sqrt(variance + 1e-4)).ToArray();
        static double Sigmoid(double v) => 1 / (1 + Math.Exp(-v));

        var (outputs, cell) = layer.UnrollPlain(new(tensor(x).reshape(1, -1)), PackedPositions.Everything(1, 1, CPU), tensor(h).reshape(1, -1), tensor(c).reshape(1, -1));
        var hidden = outputs;

        for (var k = 0; k < H; k++)
        {
            var next = Sigmoid(y[H + k]) * c[k] + Sigmoid(y[k]) * Math.Tanh(y[3 * H + k]);
            Assert.Equal(next, cell[0, k].item<double>(), 1e-12);
            Assert.Equal(Sigmoid(y[2 * H + k]) * Math.Tanh(next), hidden[0, k].item<double>(), 1e-12);
        }
    }

    [Fact]
    public void Weights_are_a_function_of_the_seed_within_a_tenth_of_zero()
    {
        using var scope = NewDisposeScope();
        var (a, b, other) = (Weight(4), Weight(4), Weight(5));
        Assert.True(a.eq(b).all().item<bool>());
        Assert.False(a.eq(other).all().item<bool>());
        Assert.InRange(a.abs().max().item<float>(), 0.09f, 0.1f);
        Assert.InRange(a.mean().item<float>(), -0.01f, 0.01f);

        static Tensor Weight(ulong seed) => new LayerNormLstm(40, generator: new Generator(seed)).get_parameter("hidden_weight")!;
    }

    [Fact]
    public void Parameters_are_named_for_checkpoints() =>
        Assert.Equal(["hidden_weight", "gain", "shift"], new LayerNormLstm(2).named_parameters().Select(p => p.name));
}
