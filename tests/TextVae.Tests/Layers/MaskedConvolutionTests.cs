using CsCheck;
using TextVae.Kernels;
using TextVae.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace TextVae.Tests.Layers;

public class MaskedConvolutionTests
{
    private static readonly Gen<(int Batch, int Time, int Channels, bool Training, int Seed)> Sizes = Gen.Select(
        Gen.Int[1, 5], Gen.Int[2, 9], Gen.Int[1, 40], Gen.Bool, Gen.Int[0, 1 << 20]);

    // torch's own convolution of 200 channels to 600 is wrong by 0.4 on some processors.
    [Theory]
    [InlineData(7)]
    [InlineData(200)]
    public void It_is_the_convolution_in_float64(int channels)
    {
        using var scope = NewDisposeScope();
        var layer = new MaskedConvolution(channels);
        var input = rand(4, 12, channels, generator: new Generator(3)).requires_grad_(true);
        var output = layer.forward(input);
        output.sum().backward();

        layer.to(float64);
        var precise = input.detach().to(float64).requires_grad_(true);
        var names = layer.named_parameters().ToDictionary(named => named.name, named => named.parameter);
        var sums = nn.functional.conv1d(nn.functional.pad(precise.transpose(1, 2), [1, 0]), names["convolution.weight"], names["convolution.bias"]);
        var normalised = nn.functional.batch_norm(sums, zeros(3 * channels, float64), ones(3 * channels, float64), names["normalization.weight"], names["normalization.bias"], training: true);
        var gates = normalised.transpose(1, 2).chunk(3, 2);
        var expected = gates[1].sigmoid() * precise + gates[0].sigmoid() * gates[2].tanh();
        expected.sum().backward();
        Assert.True(output.to(float64).allclose(expected, 1e-4, 1e-4));
        Assert.True(input.grad!.to(float64).allclose(precise.grad!, 1e-3, 1e-3));
    }

    [Fact]
    public void Outputs_statistics_and_gradients_are_the_plain_ones_in_float64() => Sizes.Sample(
        size =>
        {
            using var scope = NewDisposeScope();
            AssertClose(Results(size, ScalarType.Float64), Results(size, ScalarType.Float32), 1e-3);
        },
        iter: 60, threads: 1);

    [Fact]
    public void Products_in_bfloat16_lose_two_digits_at_most_and_evaluation_none()
    {
        using var scope = NewDisposeScope();
        foreach (var (training, tolerance) in new[] { (true, 0.05), (false, 1e-4) })
        {
            var size = (16, 20, 37, training, 3);
            AssertClose(Results(size, ScalarType.Float64), Results(size, ScalarType.Float32, MatrixPrecision.BFloat16), tolerance);
        }
        var rounded = Results((16, 20, 37, true, 3), ScalarType.Float32, MatrixPrecision.BFloat16)["output"];
        Assert.False(rounded.allclose(Results((16, 20, 37, true, 3), ScalarType.Float32)["output"], 1e-5, 1e-6));
    }

    [Fact]
    public void Position_by_position_it_gives_what_all_at_once_does()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var layer = new MaskedConvolution(19);
        var input = randn(3, 6, 19, generator: new Generator(5));
        layer.forward(input); // moves the running statistics
        layer.eval();
        var steps = Enumerable.Range(0, 6).Select(t => layer.Step(t == 0 ? zeros(3, 19) : input.select(1, t - 1), input.select(1, t)));
        Assert.True(stack([.. steps], 1).allclose(layer.forward(input), 1e-5, 1e-5));
    }

    /// <summary>Output, running statistics and gradients of a random linear function of the output, by name.</summary>
    private static Dictionary<string, Tensor> Results(
        (int Batch, int Time, int Channels, bool Training, int Seed) size, ScalarType type, MatrixPrecision precision = MatrixPrecision.Float32)
    {
        using var generator = new Generator((ulong)size.Seed);
        var layer = new MaskedConvolution(size.Channels) { Precision = precision };
        using (no_grad())
        {
            foreach (var (name, tensor) in layer.state_dict().Where(named => named.Value.is_floating_point()))
            {
                tensor.copy_(rand(tensor.shape, generator: generator) - (name.Contains("running", StringComparison.Ordinal) ? -0.3 : 0.3));
            }
        }
        layer.train(size.Training);
        layer.to(type);
        var input = randn(size.Batch, size.Time, size.Channels, generator: generator).to(type).requires_grad_();
        var output = layer.forward(input);
        (output * randn(output.shape, generator: generator).to(type)).sum().backward();
        var results = new Dictionary<string, Tensor> { ["output"] = output.detach(), ["gradient of input"] = input.grad! };
        foreach (var (name, buffer) in layer.named_buffers())
        {
            results[name] = buffer.clone(); // a layer's buffers go when the layer is collected
        }
        foreach (var (name, parameter) in layer.named_parameters())
        {
            results[$"gradient of {name}"] = parameter.grad!;
        }
        return results;
    }

    /// <summary>
    /// Each result's distance from the expected one, relative to the expected one's length. In training the convolution's bias
    /// has no gradient: what rounding leaves of it is measured by the gradient of its weight.
    /// </summary>
    private static void AssertClose(Dictionary<string, Tensor> expected, Dictionary<string, Tensor> actual, double tolerance)
    {
        Assert.Equal(expected.Keys, actual.Keys);
        foreach (var (name, tensor) in expected)
        {
            var distance = Length(actual[name].to(float64) - tensor.to(float64));
            var length = Length(tensor) + (name == "gradient of convolution.bias" ? Length(expected["gradient of convolution.weight"]) : 0);
            Assert.True(distance <= tolerance * (length + 1), $"{name}: off by {distance:E1} of {length:E1}");
        }
    }

    private static double Length(Tensor tensor) => tensor.to(float64).norm().item<double>();
}
