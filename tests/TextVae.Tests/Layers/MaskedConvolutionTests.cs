using TextVae.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace TextVae.Tests.Layers;

public class MaskedConvolutionTests
{
    // torch's own convolution of 200 channels to 600 is wrong by 0.4 on some processors.
    [Theory]
    [InlineData(7)]
    [InlineData(200)]
    public void It_is_the_convolution_in_float64(int channels)
    {
        using var scope = NewDisposeScope();
        var layer = new MaskedConvolution(channels);
        var input = rand(4, channels, 12, generator: new Generator(3)).requires_grad_(true);
        var output = layer.forward(input);
        output.sum().backward();

        layer.to(float64);
        var precise = input.detach().to(float64).requires_grad_(true);
        var names = layer.named_parameters().ToDictionary(named => named.name, named => named.parameter);
        var sums = nn.functional.conv1d(nn.functional.pad(precise, [1, 0]), names["convolution.weight"], names["convolution.bias"]);
        var normalised = nn.functional.batch_norm(sums, zeros(3 * channels, float64), ones(3 * channels, float64), names["normalization.weight"], names["normalization.bias"], training: true);
        var gates = normalised.chunk(3, 1);
        var expected = gates[1].sigmoid() * precise + gates[0].sigmoid() * gates[2].tanh();
        expected.sum().backward();
        Assert.True(output.to(float64).allclose(expected, 1e-4, 1e-4));
        Assert.True(input.grad!.to(float64).allclose(precise.grad!, 1e-3, 1e-3));
    }
}
