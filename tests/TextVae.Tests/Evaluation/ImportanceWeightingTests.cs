using TextVae.Evaluation;
using TextVae.Layers;
using static TorchSharp.torch;

namespace TextVae.Tests.Evaluation;

public class ImportanceWeightingTests
{
    private const int Texts = 1_000;

    /// <summary>q is off its mean and too wide, so that one sample gives a bound 1.5 nats too low.</summary>
    private static GaussianPosterior Imperfect(Tensor x)
    {
        var exact = LinearGaussian.Posterior(x);
        return new GaussianPosterior(exact.Mean + 0.5, exact.LogVariance + 0.8);
    }

    private static Tensor Bound(Tensor x, GaussianPosterior posterior, int samples, int mostRows = 100_000) =>
        ImportanceWeighting.LogLikelihood(posterior, LinearGaussian.Given(x), samples, seed: 3, mostRows);

    [Fact]
    public void The_bound_grows_with_the_samples_to_the_exact_likelihood()
    {
        using var scope = NewDisposeScope();
        var x = LinearGaussian.Draw(Texts, seed: 1);
        var (posterior, exact) = (Imperfect(x), LinearGaussian.LogLikelihood(x));

        var missing = new[] { 1, 10, 100, 1_000 }.Select(samples => exact - Bound(x, posterior, samples)).ToArray(); // [texts] each

        var means = missing.Select(nats => nats.mean().item<double>()).ToArray();
        var errors = missing.Select(nats => nats.std().item<double>() / Math.Sqrt(Texts)).ToArray();
        Assert.Equal(means.OrderDescending(), means);
        Assert.InRange(means[^1], -4 * errors[^1], 4 * errors[^1]);
        Assert.True(means[1] > 4 * errors[1], $"ten samples are {means[1]} nats short");

        // One sample is the ELBO: short of the likelihood by KL(q || p(z|x)), here the same for all texts.
        var truth = LinearGaussian.Posterior(x);
        var ratio = posterior.LogVariance - truth.LogVariance;
        var gap = 0.5 * ((0.25 / truth.LogVariance.exp()) + ratio.exp() - 1 - ratio).sum(-1)[0].item<double>();
        Assert.InRange(means[0], gap - 4 * errors[0], gap + 4 * errors[0]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void With_the_exact_posterior_any_number_of_samples_gives_the_exact_likelihood(int samples)
    {
        using var scope = NewDisposeScope();
        var x = LinearGaussian.Draw(50, seed: 2);
        var bound = Bound(x, LinearGaussian.Posterior(x), samples);
        Assert.True(allclose(LinearGaussian.LogLikelihood(x), bound, rtol: 0, atol: 1e-10));
    }

    [Fact]
    public void The_rows_at_a_time_are_bounded_and_do_not_matter()
    {
        using var scope = NewDisposeScope();
        var x = LinearGaussian.Draw(6, seed: 4);
        var posterior = Imperfect(x);
        var whole = Bound(x, posterior, samples: 25);
        foreach (var mostRows in new[] { 1, 6, 20, 149 })
        {
            var most = 0L;
            var parts = ImportanceWeighting.LogLikelihood(posterior, (z, texts) =>
            {
                most = long.Max(most, z.shape[0]);
                return LinearGaussian.Given(x)(z, texts);
            }, samples: 25, seed: 3, mostRows);
            Assert.True(allclose(whole, parts, rtol: 0, atol: 1e-12));
            Assert.InRange(most, 1, int.Max(6, mostRows));
        }
    }

    [Fact]
    public void Weights_beyond_the_range_of_numbers_are_added_all_the_same()
    {
        using var scope = NewDisposeScope();
        var prior = new GaussianPosterior(zeros(2, 1), zeros(2, 1));
        var bound = ImportanceWeighting.LogLikelihood(prior, (z, _) => full_like(z, -5_000).squeeze(1), samples: 10, seed: 1, mostRows: 4);
        Assert.True(allclose(full(2, -5_000, dtype: float64), bound, rtol: 0, atol: 1e-9));
    }
}
