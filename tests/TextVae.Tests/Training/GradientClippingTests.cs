using TextVae.Training;
using static TorchSharp.torch;

namespace TextVae.Tests.Training;

public class GradientClippingTests
{
    [Theory]
    [InlineData(1.0, 1.0)]
    [InlineData(100.0, 5.0)]
    public void Gradients_are_shortened_to_the_limit(double limit, double after)
    {
        using var scope = NewDisposeScope();
        Tensor[] gradients = [tensor(3f), tensor(4f)];
        GradientClipping.Clip(gradients, tensor(5f), limit);
        Assert.Equal(after, Math.Sqrt(gradients.Sum(gradient => Math.Pow(gradient.item<float>(), 2))), 1e-4);
    }
}
