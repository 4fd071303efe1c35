using TextVae.Layers;
using static TorchSharp.torch;

namespace TextVae.Tests.Layers;

public class NormalizedMeanTests
{
    [Fact]
    public void Over_a_batch_every_dimension_has_the_given_standard_deviation_and_so_the_KL_a_floor()
    {
        using var scope = NewDisposeScope();
        var mean = new NormalizedMean(latent: 4, scale: 0.5).forward(3 + 0.1 * randn(64, 4)); // for all texts nearly the same
        Assert.All(mean.std(0, unbiased: false).data<float>().ToArray(), deviation => Assert.Equal(0.5, deviation, 0.05));
        Assert.All(mean.mean([0]).data<float>().ToArray(), shift => Assert.Equal(0, shift, 1e-4));
        Assert.InRange(new GaussianPosterior(mean, zeros(64, 4)).Kl().sum(-1).mean().item<float>(), 0.4, 0.5 + 1e-4); // Z gamma^2 / 2 = 0.5
    }

    [Fact]
    public void In_evaluation_a_texts_mean_does_not_depend_on_its_neighbours()
    {
        using var scope = NewDisposeScope();
        var layer = new NormalizedMean(latent: 4, scale: 0.5);
        layer.forward(randn(64, 4));
        layer.eval();
        var texts = randn(5, 4);
        Assert.True(allclose(layer.forward(texts).narrow(0, 2, 1), layer.forward(texts.narrow(0, 2, 1)), rtol: 1e-6, atol: 1e-6));
    }
}
