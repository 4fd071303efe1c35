using TextVae.Training;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace TextVae.Tests.Training;

public class AdamTests
{
    [Fact]
    public void Ten_steps_are_those_of_torchs_Adam()
    {
        using var scope = NewDisposeScope();
        var start = randn(4, 3);
        var (mine, torchs) = (new Parameter(start.clone()), new Parameter(start.clone()));
        var adam = new Adam([("weight", mine)]);
        var reference = optim.Adam([torchs], lr: 0.01);
        for (var step = 0; step < 10; step++)
        {
            foreach (var parameter in new[] { mine, torchs })
            {
                parameter.grad?.zero_();
                (parameter.square().sum() + parameter.sin().sum()).backward();
            }
            adam.Step(0.01);
            reference.step();
        }
        Assert.True(allclose(torchs, mine, rtol: 1e-5, atol: 1e-7));
        Assert.False(allclose(start, mine, rtol: 1e-2, atol: 1e-2));
    }

    [Theory]
    [InlineData(1.0, 1.0)]
    [InlineData(100.0, 5.0)]
    [InlineData(null, 5.0)]
    public void Gradients_are_shortened_to_the_limit_and_their_norm_before_is_returned(double? limit, double after)
    {
        using var scope = NewDisposeScope();
        var (one, two) = (new Parameter(zeros(1)), new Parameter(zeros(1)));
        (3 * one + 4 * two).sum().backward();
        var adam = new Adam([("one", one), ("two", two)]);

        Assert.Equal(5, adam.ClipGradients(limit).item<float>(), 1e-5);
        Assert.Equal(after, Math.Sqrt(Math.Pow(one.grad!.item<float>(), 2) + Math.Pow(two.grad!.item<float>(), 2)), 1e-4);
    }
}
