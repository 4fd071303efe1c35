using static TextVae.Platform.TensorArithmetic;
using static TorchSharp.torch;

namespace TextVae.Models;

/// <summary>
/// A prior of several Gaussians: p(z) = sum over k of w_k N(z; mu_k, L_k L_k^T). It holds numbers and no tensors, so that sessions
/// may keep it for as long as they like.
/// </summary>
internal sealed class GaussianMixture : LatentPrior
{
    private const long NumbersAtOnce = 1 << 18;

    private readonly double[] _inverses; // L_k^-1, [components, latent, latent]
    private readonly double[] _constants; // log w_k - log |L_k| - Z/2 log 2 pi, [components]

    /// <param name="weights">Not negative, of sum 1, [components].</param>
    /// <param name="means">[components, latent], row after row.</param>
    /// <param name="factors">Lower triangular with a positive diagonal, [components, latent, latent].</param>
    public GaussianMixture(double[] weights, double[] means, double[] factors)
    {
        (Weights, Means, Factors) = (weights, means, factors);
        using var scope = NewDisposeScope();
        var lower = tensor(factors).view(Components, Latent, Latent);
        _inverses = linalg.inv(lower).contiguous().data<double>().ToArray();
        _constants = tensor(weights).log().sub(lower.diagonal(0, 1, 2).log().sum(-1)).Minus(Latent / 2.0 * Math.Log(2 * Math.PI)).data<double>().ToArray();
    }

    /// <summary>w, [components].</summary>
    public double[] Weights { get; }

    /// <summary>mu, [components, latent].</summary>
    public double[] Means { get; }

    /// <summary>L, the covariances' Cholesky factors, [components, latent, latent].</summary>
    public double[] Factors { get; }

    /// <summary>How many Gaussians.</summary>
    public int Components => Weights.Length;

    /// <summary>Z.</summary>
    public int Latent => Means.Length / Components;

    /// <inheritdoc/>
    public override Tensor Sample(Tensor noise, IReadOnlyList<ulong> choices)
    {
        using var scope = NewDisposeScope();
        var (standard, means, factors) = (noise.to(float64).cpu(), tensor(Means).view(Components, Latent), tensor(Factors).view(Components, Latent, Latent));
        var drawn = empty_like(standard);
        foreach (var rows in choices.Select(Component).Index().GroupBy(row => row.Item, row => (long)row.Index))
        {
            var index = tensor(rows.ToArray());
            drawn.index_copy_(0, index, standard.index_select(0, index).matmul(factors[rows.Key].T).Plus(means[rows.Key]));
        }
        return drawn.to(noise.dtype).to(noise.device).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Mean(Tensor like)
    {
        using var scope = NewDisposeScope();
        return tensor(Weights).matmul(tensor(Means).view(Components, Latent)).to(like.dtype).to(like.device).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Gain(Tensor z)
    {
        using var scope = NewDisposeScope();
        var precise = z.to(float64).cpu();
        var density = JointLogDensity(precise.reshape(-1, Latent)).logsumexp(0).view(z.shape[..^1]);
        return (density - StandardLogDensity(precise)).to(z.device).MoveToOuterDisposeScope();
    }

    /// <summary>log w_k + log N(z; mu_k, L_k L_k^T) of each component.</summary>
    /// <param name="z">[count, latent], float64, on the CPU.</param>
    /// <returns>[components, count].</returns>
    public Tensor JointLogDensity(Tensor z)
    {
        using var scope = NewDisposeScope();
        var (means, inverses) = (tensor(Means).view(Components, 1, Latent), tensor(_inverses).view(Components, Latent, Latent).mT);
        var constants = tensor(_constants).unsqueeze(1);
        var density = empty(Components, z.shape[0], dtype: float64);
        foreach (var (first, count) in Parts(z.shape[0], Components, Latent))
        {
            using var step = NewDisposeScope();
            var distance = (z.narrow(0, first, count) - means).bmm(inverses); // [components, part, latent]
            density.narrow(1, first, count).copy_(distance.Squared().sum(-1).Times(-0.5).Plus(constants));
        }
        return density.MoveToOuterDisposeScope();
    }

    /// <summary>Parts of vectors for which what each component computes with them fits into a cache.</summary>
    public static IEnumerable<(long First, long Count)> Parts(long vectors, int components, int latent)
    {
        var most = long.Max(64, NumbersAtOnce / ((long)components * latent));
        for (var first = 0L; first < vectors; first += most)
        {
            yield return (first, long.Min(most, vectors - first));
        }
    }

    private int Component(ulong bits)
    {
        var (left, last) = ((bits >> 11) * Math.ScaleB(1, -53), Components - 1);
        for (var component = 0; component < last; component++)
        {
            left -= Weights[component];
            if (left < 0)
            {
                return component;
            }
        }
        return last;
    }
}
