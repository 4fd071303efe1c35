using TextVae.Training;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace TextVae.Tests.Training;

public class GradientClippingTests
{
    [Theory]
    [InlineData(1.0, 1.0)]
    [InlineData(100.0, 5.0)]
    [InlineData(null, 5.0)]
    public void Gradients_are_shortened_to_the_limit_and_their_norm_before_is_returned(double? limit, double after)
    {
        using var scope = NewDisposeScope();
        var (one, two) = (new Parameter(zeros(1)), new Parameter(zeros(1)));
        (3 * one + 4 * two).sum().backward();

        Assert.Equal(5, GradientClipping.Clip([one, two], limit).item<float>(), 1e-5);
        Assert.Equal(after, Math.Sqrt(Math.Pow(one.grad!.item<float>(), 2) + Math.Pow(two.grad!.item<float>(), 2)), 1e-4);
    }
}
