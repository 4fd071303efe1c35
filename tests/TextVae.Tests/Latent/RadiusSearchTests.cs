using TextVae.Latent;

namespace TextVae.Tests.Latent;

public class RadiusSearchTests
{
    [Theory]
    [InlineData(0.02)]
    [InlineData(0.2)]
    [InlineData(0.7)]
    public void The_radius_has_the_wanted_effect(double wanted)
    {
        static double Effect(double radius) => 1 - Math.Exp(-radius / 1.7);
        var (radius, effect) = RadiusSearch.Find(Effect, wanted);
        Assert.InRange(effect, wanted - RadiusSearch.Tolerance, wanted + RadiusSearch.Tolerance);
        Assert.Equal(Effect(radius), effect);
    }

    [Fact]
    public void What_no_radius_reaches_ends_at_the_nearest_effect()
    {
        Assert.Equal((RadiusSearch.Largest, 0.4), RadiusSearch.Find(radius => 0.05 * radius, 0.9));
        Assert.Equal((0, 0.5), RadiusSearch.Find(radius => 0.5 + radius, 0.2));
        Assert.Equal(0.3, RadiusSearch.Find(radius => radius < 1.1 ? 0 : 0.3, 0.2).Effect); // a jump
        Assert.Equal(0, RadiusSearch.Find(radius => radius < 1.1 ? 0 : 0.3, 0.1).Effect);
    }
}
