using TextVae.Layers;
using TextVae.Platform;
using static TorchSharp.torch;

namespace TextVae.Tests.Layers;

public class SeededNoiseTests
{
    public SeededNoiseTests() => NativeTorch.Prepare();

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void It_is_what_a_generator_of_the_seed_draws(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        var expected = randn(3, 5, dtype: type, generator: generator);
        Assert.True(expected.Equals(SeededNoise.Of(7, [3, 5], type)));
        Assert.False(expected.Equals(SeededNoise.Of(8, [3, 5], type)));
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void A_row_depends_on_its_own_seed_alone(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var rows = SeededNoise.Rows([7, 8, 7], 5, type);
        Assert.Equal([3, 5], rows.shape);
        Assert.True(rows[0].Equals(SeededNoise.Of(7, [5], type)));
        Assert.True(rows[1].Equals(SeededNoise.Of(8, [5], type)));
        Assert.True(rows[2].Equals(rows[0]));
    }
}
