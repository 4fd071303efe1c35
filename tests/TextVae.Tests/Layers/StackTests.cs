using CsCheck;
using TextVae.Kernels;
using TextVae.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace TextVae.Tests.Layers;

public class StackTests
{
    private const int Vocabulary = 7;

    [Theory]
    [InlineData(8, 1)]
    [InlineData(60, 2)]
    [InlineData(128, 5)]
    public void Convolutions_halve_the_length_and_deconvolutions_double_it_exactly(int length, int layers)
    {
        using var scope = NewDisposeScope();
        var channels = Enumerable.Range(3, layers).ToArray();
        var down = new ConvolutionStack(Vocabulary, channels).forward(zeros([4, length], int64));
        Assert.Equal([4, channels[^1], length >> layers], down.shape);

        var up = new DeconvolutionStack([.. channels.Reverse()], 9).forward(down);
        Assert.Equal([4, 9, length], up.shape);
    }

    private static readonly Gen<(int Batch, int Length, int[] Channels, int Seed)> Sizes = Gen.Select(
        Gen.Int[1, 5], Gen.Int[1, 6], Gen.Int[1, 40].Array[1, 3], Gen.Int[0, 1 << 20],
        (batch, length, channels, seed) => (batch + (length == 1 ? 1 : 0), length << channels.Length, channels, seed));

    // Of numbers of about 1 that enter a ReLU. One that is nearer to the corner may be on the other side in float32, where the gradient is another.
    private const double Rounding = 1e-5;

    // One layer's float32 errors, hundreds of 6e-8, and those of what follows.
    [Fact]
    public void Convolutions_in_training_are_the_plain_ones_in_float64() => Sizes.Sample(
        size =>
        {
            using var scope = NewDisposeScope();
            var expected = Convolutions(size, ScalarType.Float64, out var corner);
            if (corner > Rounding)
            {
                AssertClose(expected, Convolutions(size, ScalarType.Float32, out _), 1e-3);
            }
        },
        iter: 60, threads: 1);

    [Fact]
    public void Deconvolutions_in_training_are_the_plain_ones_in_float64() => Sizes.Sample(
        size =>
        {
            using var scope = NewDisposeScope();
            var expected = Deconvolutions(size, ScalarType.Float64, out var corner);
            if (corner > Rounding)
            {
                AssertClose(expected, Deconvolutions(size, ScalarType.Float32, out _), 1e-3);
            }
        },
        iter: 60, threads: 1);

    [Theory]
    [InlineData(7)]
    [InlineData(700)]
    public void Embedded_tokens_are_those_of_a_first_layer_whose_weights_are_products(int vocabulary)
    {
        using var scope = NewDisposeScope();
        int[] channels = [12, 20];
        Dictionary<string, Tensor> Compute(ScalarType type)
        {
            using var generator = new Generator(5);
            var layer = new ConvolutionStack(vocabulary, channels, embedding: 9);
            var tokens = randint(0, vocabulary, [4, 16], dtype: int64, generator: generator);
            var results = Results(layer, generator, type, () => layer.forward(tokens));
            results["gradient of embedding.weight"] = results["gradient of embedding.weight"].to_dense();
            if (type == float64)
            {
                var reference = new ConvolutionStack(vocabulary, channels);
                reference.to(type);
                using var noGradient = no_grad();
                foreach (var (name, parameter) in reference.named_parameters())
                {
                    var own = layer.get_parameter(name)!;
                    parameter.copy_(name == "blocks.convolution0.weight" ? einsum("cek,ve->cvk", own, layer.get_parameter("embedding.weight")!) : own);
                }
                Assert.True(reference.Plain(tokens).allclose(results["output"], 1e-9, 1e-9));
            }
            return results;
        }
        AssertClose(Compute(ScalarType.Float64), Compute(ScalarType.Float32), 1e-3);
    }

    // Rounding also moves numbers across the corners of ReLUs, where gradients jump.
    [Fact]
    public void Products_in_bfloat16_lose_two_digits_at_most()
    {
        using var scope = NewDisposeScope();
        var size = (16, 32, new[] { 40, 50 }, 3);
        AssertClose(Convolutions(size, ScalarType.Float64, out _), Convolutions(size, ScalarType.Float32, out _, MatrixPrecision.BFloat16), 0.1);
        AssertClose(Deconvolutions(size, ScalarType.Float64, out _), Deconvolutions(size, ScalarType.Float32, out _, MatrixPrecision.BFloat16), 0.1);
    }

    [Theory]
    [InlineData(MatrixPrecision.Float32, 1, 1e-5)]
    [InlineData(MatrixPrecision.Float32, 3, 1e-5)]
    [InlineData(MatrixPrecision.BFloat16, 3, 3e-2)]
    public void Deconvolutions_made_ready_to_generate_are_the_plain_ones_in_evaluation(MatrixPrecision precision, int length, double tolerance)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var generator = new Generator(3);
        var stack = new DeconvolutionStack([19, 8, 33], 5) { Precision = precision };
        foreach (var (name, buffer) in stack.named_buffers().Where(buffer => buffer.name.Contains("running", StringComparison.Ordinal)))
        {
            buffer.copy_(rand(buffer.shape, generator: generator) + 0.3);
        }
        stack.eval();
        var input = randn(4, 19, length, generator: generator);
        var ready = stack.Prepare().Forward(input.transpose(1, 2)).to(float32).transpose(1, 2);
        var plain = stack.Plain(input);
        Assert.Equal([4, 5, 8 * length], plain.shape);
        Assert.True(ready.allclose(plain, tolerance, tolerance * plain.abs().max().item<float>()));
    }

    // torch's own convolution of 91 inputs for two texts or more reads memory that nobody wrote (oneDNN 3.7.1).
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(64)]
    public void Evaluation_is_the_plain_one_in_float64_whatever_freed_memory_holds(int batch)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var down = new ConvolutionStack(91, [64, 100, 60]);
        var tokens = randint(0, 91, [batch, 64], dtype: int64, generator: new Generator(3));
        AssertExact(down, down.forward, layer => layer.Plain(tokens), tokens);
        var up = new DeconvolutionStack([50, 100, 64], 200);
        var input = rand(batch, 50, 8, generator: new Generator(4));
        AssertExact(up, up.forward, layer => layer.Plain(input.to(float64)), input);
    }

    private static void AssertExact<TLayer>(TLayer layer, Func<Tensor, Tensor> forward, Func<TLayer, Tensor> plain, Tensor input)
        where TLayer : nn.Module
    {
        layer.eval();
        for (var length = 1L << 10; length <= 1 << 20; length <<= 1)
        {
            var freed = Enumerable.Range(0, 8).Select(part => full(length + length * part / 8, float.NaN)).ToList();
            freed.ForEach(tensor => tensor.Dispose());
        }
        var actual = forward(input);
        layer.to(float64);
        Assert.True(actual.to(float64).allclose(plain(layer), 1e-4, 1e-4));
    }

    [Fact]
    public void Two_runs_agree_to_the_last_bit()
    {
        using var scope = NewDisposeScope();
        var size = (9, 24, new[] { 33, 70 }, 4);
        foreach (var compute in new Func<Dictionary<string, Tensor>>[]
        {
            () => Convolutions(size, ScalarType.Float32, out _, MatrixPrecision.BFloat16),
            () => Deconvolutions(size, ScalarType.Float32, out _, MatrixPrecision.BFloat16),
        })
        {
            var first = compute();
            Assert.All(compute(), result => Assert.True(result.Value.eq(first[result.Key]).all().item<bool>(), result.Key));
        }
    }

    private static Dictionary<string, Tensor> Convolutions(
        (int Batch, int Length, int[] Channels, int Seed) size, ScalarType type, out double corner, MatrixPrecision precision = MatrixPrecision.Float32)
    {
        using var generator = new Generator((ulong)size.Seed);
        var layer = new ConvolutionStack(Vocabulary, size.Channels) { Precision = precision };
        var tokens = randint(0, Vocabulary, [size.Batch, size.Length], dtype: int64, generator: generator);
        var results = Results(layer, generator, type, () => layer.forward(tokens));
        corner = Corner(layer, nn.functional.one_hot(tokens, Vocabulary).transpose(1, 2).to(type));
        return results;
    }

    private static Dictionary<string, Tensor> Deconvolutions(
        (int Batch, int Length, int[] Channels, int Seed) size, ScalarType type, out double corner, MatrixPrecision precision = MatrixPrecision.Float32)
    {
        using var generator = new Generator((ulong)size.Seed);
        var layer = new DeconvolutionStack(size.Channels, features: 19) { Precision = precision };
        var input = randn(size.Batch, size.Channels[0], size.Length >> size.Channels.Length, generator: generator).to(type).requires_grad_();
        var results = Results(layer, generator, type, () => layer.forward(input));
        results["input"] = input.grad!;
        corner = Corner(layer, input.detach());
        return results;
    }

    /// <summary>How near to zero a number comes that enters a ReLU.</summary>
    private static double Corner(nn.Module stack, Tensor input)
    {
        using var noGradient = no_grad();
        var nearest = double.PositiveInfinity;
        foreach (var (_, block) in stack.named_children().Single(child => child.name == "blocks").module.named_children())
        {
            nearest = block is TorchSharp.Modules.ReLU ? Math.Min(nearest, input.abs().min().to(float64).item<double>()) : nearest;
            input = ((nn.Module<Tensor, Tensor>)block).forward(input);
        }
        return nearest;
    }

    /// <summary>Output, running statistics and gradients of a random linear function of the output, by name.</summary>
    private static Dictionary<string, Tensor> Results(nn.Module layer, Generator generator, ScalarType type, Func<Tensor> forward)
    {
        using (no_grad())
        {
            foreach (var (_, parameter) in layer.named_parameters())
            {
                parameter.copy_(rand(parameter.shape, generator: generator) - 0.3);
            }
        }
        layer.to(type);
        var output = forward();
        (output * randn(output.shape, generator: generator).to(type)).sum().backward();
        var results = new Dictionary<string, Tensor> { ["output"] = output };
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
    /// Each result's distance from the expected one, relative to the expected one's length. A bias before a normalisation has
    /// no gradient: what rounding leaves of it is measured by the gradient of its weight.
    /// </summary>
    private static void AssertClose(Dictionary<string, Tensor> expected, Dictionary<string, Tensor> actual, double tolerance)
    {
        Assert.Equal(expected.Keys, actual.Keys);
        foreach (var (name, tensor) in expected)
        {
            var reference = tensor.detach().to(float64);
            var distance = (actual[name].detach().to(float64) - reference).norm().item<double>();
            var length = Length(tensor) + (expected.TryGetValue(name.Replace("bias", "weight"), out var weight) ? Length(weight) : 0);
            Assert.True(distance <= tolerance * (length + 1), $"{name}: off by {distance:E1} of {length:E1}");
        }
    }

    private static double Length(Tensor tensor) => tensor.detach().to(float64).norm().item<double>();
}
