using TextVae.Models;
using static TextVae.Platform.TensorArithmetic;
using static TorchSharp.torch;

namespace TextVae.Latent;

/// <summary>
/// Fits a mixture of Gaussians with full covariances by expectation maximisation, from where k-means++ begins (Arthur and
/// Vassilvitskii 2007). Covariances are drawn towards a diagonal one, the variances of all vectors shared out among the components, as
/// by Z + 2 vectors more (the inverse Wishart prior of Fraley and Raftery 2007): of many vectors that is little, of few it is what
/// keeps a Gaussian from closing in on one of them.
/// </summary>
internal static class MixtureFit
{
    private const double Tolerance = 2e-3; // nats per vector that another iteration must gain
    private const double LeastVariance = 1e-8;
    private const double VectorsOfMean = 0.01; // by which a component's mean is drawn to that of all
    private const int LloydSteps = 5, FewestIterations = 6, MostIterations = 50;
    private const double MostProducts = 2e10; // multiplications of one fit, to take seconds at the most

    /// <summary>Whether so many components can be fitted within a few seconds.</summary>
    /// <param name="draws">How many vectors.</param>
    /// <param name="latent">Z.</param>
    /// <param name="components">K.</param>
    public static bool IsAffordable(long draws, int latent, int components) => components == 1 || Iterations(draws, latent, components) >= FewestIterations;

    /// <summary>Fits a mixture.</summary>
    /// <param name="draws">[draws, latent], float64, on the CPU; at least one for each component.</param>
    /// <param name="components">K.</param>
    /// <param name="seed">Draws where the fit begins; the same gives the same mixture.</param>
    /// <param name="cancellationToken">Ends it between two iterations.</param>
    public static GaussianMixture Fit(Tensor draws, int components, long seed, CancellationToken cancellationToken = default)
    {
        using var scope = NewDisposeScope();
        var centre = draws.mean([0]);
        using var least = Number(LeastVariance);
        var variance = (draws - centre).Squared().mean([0]).clamp_min(least);
        var start = nn.functional.one_hot(Nearest((draws - centre) / variance.sqrt(), components, seed), components).T.to(float64);
        var mixture = Maximise(draws, start, centre, variance);
        var before = double.NegativeInfinity;
        for (var iteration = Iterations(draws.shape[0], (int)draws.shape[1], components); iteration > 0; iteration--)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            var joint = mixture.JointLogDensity(draws); // [components, draws]
            var density = joint.logsumexp(0);
            var mean = density.mean().item<double>();
            if (mean - before < Tolerance)
            {
                break;
            }
            before = mean;
            mixture = Maximise(draws, (joint - density).exp(), centre, variance);
        }
        return mixture;
    }

    private static int Iterations(long draws, int latent, int components) =>
        (int)double.Clamp(MostProducts / (2.0 * draws * components * latent * latent), 1, MostIterations);

    /// <summary>The mixture of greatest posterior density, given what share each component has in each vector.</summary>
    /// <param name="draws">[draws, latent].</param>
    /// <param name="shares">[components, draws].</param>
    /// <param name="centre">The mean of all, [latent].</param>
    /// <param name="variance">Their variance, [latent].</param>
    private static GaussianMixture Maximise(Tensor draws, Tensor shares, Tensor centre, Tensor variance)
    {
        using var scope = NewDisposeScope();
        var (components, latent) = ((int)shares.shape[0], (int)draws.shape[1]);
        var vectors = latent + 2.0; // that stand for the diagonal covariance
        var mass = shares.sum(1, keepdim: true); // [components, 1]
        var means = shares.matmul(draws).Plus(centre.Times(VectorsOfMean)) / mass.Plus(VectorsOfMean);
        var scatter = diag(variance.Times(vectors / Math.Pow(components, 2.0 / latent))).repeat(components, 1, 1);
        foreach (var (first, count) in GaussianMixture.Parts(draws.shape[0], components, latent))
        {
            using var step = NewDisposeScope();
            var distance = draws.narrow(0, first, count) - means.unsqueeze(1); // [components, part, latent]
            scatter.add_((distance * shares.narrow(1, first, count).unsqueeze(-1)).mT.bmm(distance), One);
        }
        var factors = linalg.cholesky(scatter / mass.Plus(vectors).unsqueeze(-1));
        return new GaussianMixture(Numbers(mass.Plus(1).Over(draws.shape[0] + components)), Numbers(means), Numbers(factors));
    }

    private static double[] Numbers(Tensor tensor) => tensor.contiguous().data<double>().ToArray();

    /// <summary>Which of K centres each vector is nearest to, after a few steps of k-means: [draws], int64.</summary>
    /// <param name="vectors">[draws, latent], of variance 1 in each dimension.</param>
    /// <param name="components">K.</param>
    /// <param name="seed">As of <see cref="Fit"/>.</param>
    private static Tensor Nearest(Tensor vectors, int components, long seed)
    {
        using var scope = NewDisposeScope();
        var centres = Centres(vectors, components, seed);
        var squares = vectors.Squared().sum(-1, keepdim: true);
        for (var step = 0; ; step++)
        {
            var nearest = (squares - Two * vectors.matmul(centres.T)).Plus(centres.Squared().sum(-1)).argmin(1);
            if (step == LloydSteps)
            {
                return nearest.MoveToOuterDisposeScope();
            }
            var members = nn.functional.one_hot(nearest, components).T.to(float64); // [components, draws]
            var count = members.sum(1, keepdim: true);
            centres = members.matmul(vectors).Plus(centres.Times(VectorsOfMean)) / count.Plus(VectorsOfMean);
        }
    }

    /// <summary>Vectors that lie far from each other: each is drawn in proportion to its squared distance from those before it.</summary>
    private static Tensor Centres(Tensor vectors, int components, long seed)
    {
        using var scope = NewDisposeScope();
        var chosen = new List<Tensor>();
        var distances = Enumerable.Repeat(1.0, (int)vectors.shape[0]).ToArray(); // squared, to the nearest of those chosen
        for (var centre = 0; centre < components; centre++)
        {
            chosen.Add(vectors[Drawn(distances, Randomness.Seed(seed, centre, RandomStream.Mixture))]);
            var next = (vectors - chosen[^1]).Squared().sum(-1).data<double>().ToArray();
            distances = centre == 0 ? next : [.. distances.Zip(next, Math.Min)];
        }
        return stack(chosen).MoveToOuterDisposeScope();
    }

    private static int Drawn(double[] shares, ulong bits)
    {
        var left = (bits >> 11) * Math.ScaleB(1, -53) * shares.Sum();
        for (var index = 0; index < shares.Length; index++)
        {
            left -= shares[index];
            if (left < 0)
            {
                return index;
            }
        }
        return shares.Length - 1;
    }
}
