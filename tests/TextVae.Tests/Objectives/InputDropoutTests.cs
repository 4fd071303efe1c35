using TextVae.Models;
using TextVae.Objectives;
using static TorchSharp.torch;

namespace TextVae.Tests.Objectives;

public class InputDropoutTests
{
    private static readonly ModelShape Shape = new(Length: 8, Vocabulary: 11, Latent: 3);

    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    [InlineData(1)]
    public void The_rate_is_the_share_of_tokens_that_become_the_dropped_symbol(double rate)
    {
        using var scope = NewDisposeScope();
        var previous = ones(100, 100, dtype: int64);
        var dropped = InputDropout.Apply(previous, rate, Shape, seed: 9).eq(Shape.DroppedToken);
        var deviation = Math.Sqrt(rate * (1 - rate) / 10_000);
        Assert.InRange(dropped.to(float64).mean().item<double>(), rate - 5 * deviation, rate + 5 * deviation);
    }

    [Fact]
    public void The_same_seed_hides_the_same_tokens()
    {
        using var scope = NewDisposeScope();
        var previous = ones(20, 20, dtype: int64);
        Tensor Hidden(ulong seed) => InputDropout.Apply(previous, 0.5, Shape, seed);
        Assert.True(Hidden(1).equal(Hidden(1)).all().item<bool>());
        Assert.False(Hidden(1).equal(Hidden(2)).all().item<bool>());
    }
}
