using TextVae.Evaluation;
using TextVae.Layers;
using static TorchSharp.torch;

namespace TextVae.Tests.Evaluation;

public class MutualInformationTests
{
    private static Tensor Normal(long texts, long latent, ulong seed)
    {
        using var generator = new Generator(seed);
        return randn(texts, latent, dtype: float64, generator: generator);
    }

    private static GaussianPosterior Random(int texts, int latent) => new(2 * Normal(texts, latent, 11), Normal(texts, latent, 12) - 1);

    private static Tensor Sample(GaussianPosterior posterior) => posterior.Sample(Normal(posterior.Mean.shape[0], posterior.Mean.shape[1], 13));

    [Fact]
    public void With_exact_posteriors_it_is_that_of_the_model_and_the_marginal_is_the_prior()
    {
        using var scope = NewDisposeScope();
        const int sets = 8, texts = 2_000; // log 2,000 = 8 nats, of which the model has 1.2
        var found = Enumerable.Range(0, sets).Select(set =>
        {
            var posterior = LinearGaussian.Posterior(LinearGaussian.Draw(texts, (ulong)(20 + set)));
            return MutualInformation.Of(posterior, posterior.Sample(Normal(texts, LinearGaussian.Latent, (ulong)(40 + set))));
        }).ToList();

        Near(LinearGaussian.Information, [.. found.Select(set => set.Nats)]);
        Near(0, [.. found.Select(set => set.MarginalKl)]);
    }

    private static void Near(double expected, double[] values)
    {
        var mean = values.Average();
        var error = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1) / values.Length);
        Assert.InRange(error, 0, 0.02);
        Assert.InRange(mean, expected - 4 * error, expected + 4 * error);
    }

    [Fact]
    public void It_is_zero_where_all_posteriors_are_the_prior()
    {
        using var scope = NewDisposeScope();
        var prior = new GaussianPosterior(zeros(100, 3, dtype: float64), zeros(100, 3, dtype: float64));
        var information = MutualInformation.Of(prior, Sample(prior));
        Assert.Equal(0, information.Nats, 1e-12);
        Assert.Equal(0, information.MarginalKl, 1e-12);
    }

    [Fact]
    public void Where_all_texts_have_one_posterior_the_KL_is_all_marginal()
    {
        using var scope = NewDisposeScope();
        var same = new GaussianPosterior(full(100, 3, 0.7, dtype: float64), full(100, 3, -1.5, dtype: float64));
        var information = MutualInformation.Of(same, Sample(same));
        Assert.Equal(0, information.Nats, 1e-12);
        Assert.Equal(same.Kl()[0].sum().item<double>(), information.MarginalKl, 1e-12);
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(-20)]
    [InlineData(-80)] // the products alone would leave rounding errors of e^80 * 1e-16
    public void Posteriors_far_apart_tell_all_texts_apart(double logVariance)
    {
        using var scope = NewDisposeScope();
        const int texts = 50;
        var mean = (100 * arange(texts, dtype: float64)).unsqueeze(1).repeat(1, 2) + 0.3;
        var apart = new GaussianPosterior(mean, full_like(mean, logVariance));
        Assert.Equal(Math.Log(texts), MutualInformation.Of(apart, Sample(apart)).Nats, 1e-9);
    }

    [Theory]
    [InlineData(1, 1_000)]
    [InlineData(100, 1_000)]
    [InlineData(1_000_000, 1_000)]
    [InlineData(100, 10)] // the mean over every third text's sample
    public void In_parts_it_is_what_the_definition_says(long mostPairs, int mostSamples)
    {
        using var scope = NewDisposeScope();
        const int texts = 30;
        var posterior = Random(texts, 4);
        var z = Sample(posterior);
        var density = distributions.Normal(posterior.Mean, (0.5 * posterior.LogVariance).exp());
        var logs = stack(Enumerable.Range(0, texts).Select(i => density.log_prob(z[i]).sum(-1))); // log q(z_i|x_n), [texts, texts]
        var step = texts > mostSamples ? 3 : 1;
        var differences = logs.diagonal() - (logs.logsumexp(1) - Math.Log(texts));
        var expected = Enumerable.Range(0, texts / step).Select(i => differences[i * step].item<double>()).Average();

        var information = MutualInformation.Of(posterior, z, mostSamples, mostPairs);

        Assert.Equal(expected, information.Nats, 1e-10);
        Assert.Equal(posterior.Kl().sum(-1).mean().item<double>() - expected, information.MarginalKl, 1e-10);
    }
}
