using static TextVae.Platform.TensorArithmetic;
using static TorchSharp.torch;

namespace TextVae.Generation;

/// <summary>Walks through the latent space: each gives latent vectors to decode, [points, latent].</summary>
internal static class LatentSpace
{
    /// <summary>The most points of a way, and the most texts around one: they are held in memory together.</summary>
    public const int MostPoints = 10_000;

    private const double Parallel = 1e-6; // sine of the angle below which an arc is a line

    /// <summary>Points at equal distances on the line between two vectors, both included.</summary>
    /// <param name="from">[latent].</param>
    /// <param name="to">[latent].</param>
    /// <param name="points">At least 2.</param>
    public static Tensor Line(Tensor from, Tensor to, int points)
    {
        using var scope = NewDisposeScope();
        var t = Shares(points, from);
        return (t.neg().Plus(1) * from).Plus(t * to).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Points at equal angles on the arc between two vectors, both included (spherical interpolation, Shoemake 1985; White
    /// 2016). Vectors of the prior have a length of about sqrt(Z): points of an arc keep it, those of a line lose it.
    /// </summary>
    /// <param name="from">[latent].</param>
    /// <param name="to">[latent]; parallel or opposite to the other there is no arc, and a line is taken.</param>
    /// <param name="points">At least 2.</param>
    /// <param name="centre">What the arc goes around, as the prior's mean, [latent].</param>
    public static Tensor Arc(Tensor from, Tensor to, int points, Tensor centre)
    {
        using var scope = NewDisposeScope();
        return Arc(from - centre, to - centre, points).Plus(centre).MoveToOuterDisposeScope();
    }

    /// <summary>As above, around the origin.</summary>
    /// <param name="from">[latent].</param>
    /// <param name="to">[latent].</param>
    /// <param name="points">At least 2.</param>
    public static Tensor Arc(Tensor from, Tensor to, int points)
    {
        using var scope = NewDisposeScope();
        var cosine = (from.to(float64).dot(to.to(float64)) / (from.to(float64).norm() * to.to(float64).norm())).item<double>();
        var angle = Math.Acos(Math.Clamp(cosine, -1, 1));
        if (!(Math.Sin(angle) > Parallel)) // zero vectors have no angle at all
        {
            return Line(from, to, points).MoveToOuterDisposeScope();
        }
        var t = Shares(points, from);
        return (t.neg().Plus(1).Times(angle).sin() * from).Plus(t.Times(angle).sin() * to).Over(Math.Sin(angle)).MoveToOuterDisposeScope();
    }

    /// <summary>A vector with one dimension moved through the prior's quantiles (the released code's "vary" mode).</summary>
    /// <param name="at">[latent].</param>
    /// <param name="dimension">From 0.</param>
    /// <param name="points">How many.</param>
    public static Tensor Axis(Tensor at, int dimension, int points)
    {
        using var scope = NewDisposeScope();
        var vectors = at.unsqueeze(0).repeat(points, 1);
        vectors.select(1, dimension).copy_(Quantiles(points));
        return vectors.MoveToOuterDisposeScope();
    }

    /// <summary>The middles of equally probable parts of the standard normal distribution, rising: [points], float64.</summary>
    public static Tensor Quantiles(int points)
    {
        using var scope = NewDisposeScope();
        using var last = Number(points);
        var probability = arange(Zero, last, One, dtype: float64).Plus(0.5).Over(points);
        return special.erfinv(Two * probability - One).Times(Math.Sqrt(2)).MoveToOuterDisposeScope();
    }

    /// <summary>a - b + c: what is to c as a is to b.</summary>
    /// <returns>[1, latent].</returns>
    public static Tensor Analogy(Tensor a, Tensor b, Tensor c) => (a - b).Plus(c).unsqueeze(0);

    private static Tensor Shares(int points, Tensor like) => linspace(0, 1, points, dtype: like.dtype, device: like.device).unsqueeze(1); // [points, 1]
}
