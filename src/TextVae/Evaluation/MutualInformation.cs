using TextVae.Layers;
using static TextVae.Platform.TensorArithmetic;
using static TorchSharp.torch;

namespace TextVae.Evaluation;

/// <summary>
/// How much z says of the text under q, with the aggregated posterior q(z) = 1/N sum over n of q(z|x_n) of all N texts
/// (Hoffman and Johnson 2016): E KL(q(z|x) || p(z)) = I(x; z) + KL(q(z) || p(z)).
/// </summary>
/// <param name="Nats">
/// I(x; z), the mean of log q(z_n|x_n) - log q(z_n), z_n from q(z|x_n). It is at most log N: where that is near, more
/// texts would give more. Sampling may leave it a little below 0.
/// </param>
/// <param name="MarginalKl">KL(q(z) || p(z)), nats: how far the vectors of all texts are from the prior that samples come from.</param>
internal sealed record MutualInformation(double Nats, double MarginalKl)
{
    private const int MostSamples = 10_000; // the work is samples * texts
    private const long MostPairs = 1 << 21; // log densities at a time: 16 MB

    /// <summary>Estimates both from one sample of each text's posterior.</summary>
    /// <param name="posterior">q(z|x) of all texts, [texts, latent], float64.</param>
    /// <param name="z">A sample of each, [texts, latent], float64.</param>
    /// <param name="mostSamples">Samples that the mean is taken over: evenly spaced ones if there are more. q(z) is of all texts.</param>
    /// <param name="mostPairs">Pairs of a sample and a text at a time, but always one sample; no matter but of memory.</param>
    /// <param name="cancellationToken">Ends it between two parts of the pairs.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public static MutualInformation Of(
        GaussianPosterior posterior, Tensor z, int mostSamples = MostSamples, long mostPairs = MostPairs, CancellationToken cancellationToken = default)
    {
        using var scope = NewDisposeScope();
        var (mean, logVariance) = (posterior.Mean, posterior.LogVariance);
        var texts = mean.shape[0];
        var precision = (-logVariance).exp();
        var weighted = mean * precision;
        var constant = (mean * weighted).Plus(logVariance).sum(-1); // [texts]
        using var end = Number(texts);
        using var every = Number((texts + mostSamples - 1) / mostSamples);
        var chosen = arange(Zero, end, every, dtype: int64);
        var sum = 0.0;
        foreach (var part in chosen.split(long.Max(1, mostPairs / texts)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            var sample = z.index_select(0, part); // [part, latent]
            var distance = sample - mean.index_select(0, part);
            var own = (distance.Squared() * precision.index_select(0, part)).Plus(logVariance.index_select(0, part)).sum(-1).Times(-0.5); // log q(z_i|x_i), [part]
            var all = sample.matmul(weighted.T) - OneHalf * sample.Squared().matmul(precision.T).Plus(constant); // log q(z_i|x_n), [part, texts]
            all.scatter_(1, part.unsqueeze(1), own.unsqueeze(1)); // of narrow posteriors the products would leave rounding alone, where it counts most
            sum += (own - all.logsumexp(1)).sum().item<double>();
        }
        var information = sum / chosen.numel() + Math.Log(texts); // the constant of the Gaussian densities cancels
        return new MutualInformation(information, posterior.Kl().sum(-1).mean().item<double>() - information);
    }
}
