using TextVae.Layers;
using static TorchSharp.torch;

namespace TextVae.Tests.Layers;

public class GaussianPosteriorTests
{
    [Fact]
    public void The_closed_form_KL_is_that_of_torch_distributions()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var mean = 2 * randn(20, 7, dtype: float64, generator: generator);
        var logVariance = randn(20, 7, dtype: float64, generator: generator);
        var posterior = distributions.Normal(mean, (0.5 * logVariance).exp());
        var prior = distributions.Normal(zeros_like(mean), ones_like(mean));

        // KL(q || p) = -H(q) - E_q[log p(z)], and log p is quadratic: its mean is its value at mu, less sigma^2 / 2.
        var expected = -posterior.entropy() - (prior.log_prob(mean) - 0.5 * logVariance.exp());

        Assert.True(allclose(expected, new GaussianPosterior(mean, logVariance).Kl(), rtol: 0, atol: 1e-6));
    }

    [Fact]
    public void The_KL_is_the_mean_log_ratio_of_samples()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(4);
        var posterior = new GaussianPosterior(tensor(new[] { 0.7, -1.2 }).unsqueeze(0), tensor(new[] { -0.5, 0.3 }).unsqueeze(0));
        var z = posterior.Sample(randn(200_000, 2, dtype: float64, generator: generator)); // [samples, latent]
        var logPosterior = -0.5 * ((z - posterior.Mean).square() / posterior.LogVariance.exp() + posterior.LogVariance);
        var logPrior = -0.5 * z.square();

        var ratio = (logPosterior - logPrior).sum(-1);

        var error = 4 * ratio.std().item<double>() / Math.Sqrt(200_000);
        Assert.InRange(ratio.mean().item<double>() - posterior.Kl().sum().item<double>(), -error, error);
    }

    [Fact]
    public void An_encoder_output_is_split_into_means_and_log_variances()
    {
        using var scope = NewDisposeScope();
        var posterior = GaussianPosterior.From(arange(6f).view(1, 6));
        Assert.Equal([0f, 1, 2], posterior.Mean.data<float>().ToArray());
        Assert.Equal([3f, 4, 5], posterior.LogVariance.contiguous().data<float>().ToArray());
    }

    [Fact]
    public void The_log_variance_is_bounded_and_untouched_within_its_bounds_and_its_gradient_everywhere()
    {
        using var scope = NewDisposeScope();
        float[] given = [-1e9f, -30.00001f, -30, -7.1234567f, -0f, 1e-40f, 19.999998f, 20, 20.00001f, 1e9f];
        var parameters = cat([zeros(10), tensor(given)]).view(1, 20).requires_grad_();
        var posterior = GaussianPosterior.From(parameters);
        float[] expected = [-30, -30, .. given[2..8], 20, 20];
        Assert.Equal(expected.Select(BitConverter.SingleToInt32Bits), posterior.LogVariance.contiguous().data<float>().ToArray().Select(BitConverter.SingleToInt32Bits));
        Assert.True(float.IsFinite(posterior.Kl().sum().item<float>()));

        (3 * posterior.LogVariance).sum().backward();
        Assert.All(parameters.grad!.narrow(1, 10, 10).contiguous().data<float>().ToArray(), gradient => Assert.Equal(3, gradient));
    }
}
