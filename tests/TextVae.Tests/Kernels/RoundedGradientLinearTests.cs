using TextVae.Kernels;
using static TorchSharp.torch;

namespace TextVae.Tests.Kernels;

public class RoundedGradientLinearTests
{
    [Theory]
    [InlineData(MatrixPrecision.Float32, 1e-5)]
    [InlineData(MatrixPrecision.BFloat16, 0.01)]
    public void Outputs_are_the_plain_layers_and_gradients_too_but_for_rounding(MatrixPrecision precision, double tolerance)
    {
        using var scope = NewDisposeScope();
        var layer = nn.Linear(30, 7);
        var (start, gradient) = (randn(5, 4, 30), randn(5, 4, 7));
        List<Tensor> Results(Func<Tensor, Tensor> forward)
        {
            layer.zero_grad();
            var input = start.clone().requires_grad_();
            var output = forward(input);
            output.backward([gradient]);
            return [output, input.grad!, layer.weight!.grad!.clone(), layer.bias!.grad!.clone()];
        }
        var (expected, actual) = (Results(layer.forward), Results(input => RoundedGradientLinear.Apply(layer, input, precision)));
        Assert.True(allclose(expected[0], actual[0], rtol: 1e-5, atol: 1e-6));
        Assert.All(expected.Zip(actual), pair => Assert.InRange(((pair.First - pair.Second).norm() / pair.First.norm()).item<float>(), 0, (float)tolerance));
    }
}
