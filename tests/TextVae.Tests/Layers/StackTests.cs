using TextVae.Layers;
using static TorchSharp.torch;

namespace TextVae.Tests.Layers;

public class StackTests
{
    [Theory]
    [InlineData(8, 1)]
    [InlineData(60, 2)]
    [InlineData(128, 5)]
    public void Convolutions_halve_the_length_and_deconvolutions_double_it_exactly(int length, int layers)
    {
        using var scope = NewDisposeScope();
        var channels = Enumerable.Range(3, layers).ToArray();
        var down = new ConvolutionStack(2, channels).forward(zeros(4, 2, length));
        Assert.Equal([4, channels[^1], length >> layers], down.shape);

        var up = new DeconvolutionStack([.. channels.Reverse()], 9).forward(down);
        Assert.Equal([4, 9, length], up.shape);
    }
}
