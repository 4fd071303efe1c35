using TextVae.Latent;

namespace TextVae.Tests.Latent;

public class RadiusSearchTests
{
    [Theory]
    [InlineData(0.02)]
    [InlineData(0.2)]
    [InlineData(0.7)]
    public async Task The_radius_has_the_wanted_effect(double wanted)
    {
        static double Effect(double radius) => 1 - Math.Exp(-radius / 1.7);
        var (radius, effect) = await Find(Effect, wanted);
        Assert.InRange(effect, wanted - RadiusSearch.Tolerance, wanted + RadiusSearch.Tolerance);
        Assert.Equal(Effect(radius), effect);
    }

    [Fact]
    public async Task What_no_radius_reaches_ends_at_the_nearest_effect()
    {
        Assert.Equal((RadiusSearch.Largest, 0.4), await Find(radius => 0.05 * radius, 0.9));
        Assert.Equal((0, 0.5), await Find(radius => 0.5 + radius, 0.2));
        Assert.Equal(0.3, (await Find(radius => radius < 1.1 ? 0 : 0.3, 0.2)).Effect); // a jump
        Assert.Equal(0, (await Find(radius => radius < 1.1 ? 0 : 0.3, 0.1)).Effect);
    }

    private static Task<(double Radius, double Effect)> Find(Func<double, double> effect, double wanted) =>
        RadiusSearch.FindAsync(radius => Task.FromResult(effect(radius)), wanted);
}
