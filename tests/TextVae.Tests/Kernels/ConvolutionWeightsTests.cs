using TextVae.Kernels;
using static TorchSharp.torch;

namespace TextVae.Tests.Kernels;

public class ConvolutionWeightsTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 3)]
    [InlineData(17, 40)]
    public void The_matrix_and_its_gradient_are_those_of_the_plain_one(int inputs, int outputs)
    {
        using var scope = NewDisposeScope();
        foreach (var (kind, weight) in new[]
        {
            (ConvolutionWeights.Halving, randn(outputs, inputs, 3).requires_grad_()),
            (ConvolutionWeights.Doubling, randn(inputs, outputs, 3).requires_grad_()),
        })
        {
            var plain = kind.Plain(weight);
            Assert.True(kind.Matrix(weight.detach()).allclose(plain.detach(), 0, 0));

            var gradient = randn(plain.shape).to(bfloat16);
            var expected = autograd.grad([plain], [weight], [gradient.to(float32)])[0];
            Assert.True(kind.Gradient(gradient).allclose(expected, 0, 0));
            Assert.True(kind.Gradient(gradient.to(float32)).allclose(expected, 0, 0));
        }
    }
}
