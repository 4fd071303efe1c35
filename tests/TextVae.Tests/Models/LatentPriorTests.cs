using TextVae.Models;
using static TorchSharp.torch;

namespace TextVae.Tests.Models;

public class LatentPriorTests
{
    private static readonly double[] Unit = [1, 0, 0, 1];

    private static Tensor Noise(long count, ulong seed = 3)
    {
        using var generator = new Generator(seed);
        return randn([count, 2], dtype: ScalarType.Float64, generator: generator);
    }

    private static ulong[] Choices(int count) => [.. Enumerable.Range(0, count).Select(index => Randomness.Seed(7, index, RandomStream.Mixture))];

    /// <summary>log N(z; mean, deviation² I) of one number.</summary>
    private static double Log(double z, double mean, double deviation) => -0.5 * Math.Pow((z - mean) / deviation, 2) - Math.Log(deviation) - 0.5 * Math.Log(2 * Math.PI);

    [Fact]
    public void One_standard_Gaussian_has_the_density_the_mean_and_the_samples_of_the_standard_prior()
    {
        using var scope = NewDisposeScope();
        var (one, noise) = (new GaussianMixture([1], [0, 0], Unit), Noise(50));
        Assert.True(allclose(LatentPrior.Standard.LogDensity(noise), one.LogDensity(noise), rtol: 0, atol: 1e-12));
        Assert.Equal(0, one.Gain(noise).abs().max().item<double>(), 1e-12);
        Assert.Equal(0, LatentPrior.Standard.Gain(noise).abs().max().item<double>());
        Assert.Same(noise, LatentPrior.Standard.Sample(noise, Choices(50)));
        Assert.Equal(noise.data<double>().ToArray(), one.Sample(noise, Choices(50)).data<double>().ToArray());
        Assert.Equal([0, 0], one.Mean(noise).data<double>().ToArray());
        var first = noise.data<double>().ToArray();
        Assert.Equal(Log(first[0], 0, 1) + Log(first[1], 0, 1), LatentPrior.Standard.LogDensity(noise)[0].item<double>(), 1e-12);
    }

    [Fact]
    public void Two_Gaussians_have_the_weighted_sum_of_their_densities_for_vectors_of_any_shape()
    {
        using var scope = NewDisposeScope();
        var mixture = new GaussianMixture([0.25, 0.75], [1, -2, 0, 3], [2, 0, 0, 2, 0.5, 0, 0, 0.5]);
        var z = Noise(6);
        var expected = Enumerable.Range(0, 6).Select(row =>
        {
            var (x, y) = (z[row, 0].item<double>(), z[row, 1].item<double>());
            return Math.Log(0.25 * Math.Exp(Log(x, 1, 2) + Log(y, -2, 2)) + 0.75 * Math.Exp(Log(x, 0, 0.5) + Log(y, 3, 0.5)));
        });
        var found = mixture.LogDensity(z.view(3, 2, 2));
        Assert.Equal([3, 2], found.shape);
        Assert.Equal(expected, found.data<double>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-10);
        Assert.Equal([0.25, 1.75], mixture.Mean(z).data<double>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void Samples_have_the_moments_of_the_mixture_and_are_the_same_however_many_are_drawn()
    {
        using var scope = NewDisposeScope();
        var mixture = new GaussianMixture([0.25, 0.75], [4, 0, 0, 0], [1, 0, 0.8, 0.6, 1, 0, 0, 1]);
        var (noise, choices) = (Noise(40_000), Choices(40_000));
        var drawn = mixture.Sample(noise, choices);
        Assert.Equal([1, 0], drawn.mean([0]).data<double>().ToArray(), (a, b) => Math.Abs(a - b) < 0.05);
        var centred = drawn - drawn.mean([0]);
        var covariance = centred.T.matmul(centred).div(40_000);
        Assert.Equal([4, 0.2, 0.2, 1], covariance.contiguous().data<double>().ToArray(), (a, b) => Math.Abs(a - b) < 0.1); // 1 + 16 * 0.25 * 0.75, 0.25 * 0.8
        Assert.Equal(
            drawn.narrow(0, 100, 5).contiguous().data<double>().ToArray(),
            mixture.Sample(noise.narrow(0, 100, 5), choices[100..105]).data<double>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-12);
    }
}
