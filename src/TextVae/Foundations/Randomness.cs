using System.Diagnostics.CodeAnalysis;

namespace TextVae;

/// <summary>What random numbers are drawn for; each purpose has a stream of its own.</summary>
[SuppressMessage("Naming", "CA1711", Justification = "A stream of random numbers is the field's name.")]
public enum RandomStream
{
    /// <summary>Which texts make a batch.</summary>
    Data = 1,

    /// <summary>The noise of samples from the posterior.</summary>
    Posterior = 2,

    /// <summary>Which inputs of the decoder are dropped.</summary>
    Dropout = 3,

    /// <summary>Samples from the prior.</summary>
    Prior = 4,

    /// <summary>The noise of an evaluation.</summary>
    Evaluation = 5,

    /// <summary>The initial weights.</summary>
    Initialization = 6,

    /// <summary>Which tokens a decoder chooses.</summary>
    Sampling = 7,

    /// <summary>The samples of the importance-weighted bound.</summary>
    Importance = 8,

    /// <summary>The seed of the batches of aggressive training (He et al. 2019).</summary>
    Aggressive = 9,

    /// <summary>What layers draw in training, such as which of their units are dropped.</summary>
    Layers = 10,

    /// <summary>In which order batches of texts that are parted by their length come.</summary>
    Lengths = 11,

    /// <summary>Which Gaussian of a mixture a latent vector is drawn from, and where the fit of a mixture begins.</summary>
    Mixture = 12,
}

/// <summary>
/// Random numbers as a pure function of (seed, step, stream): nothing carries state from one step to the next, so a
/// resumed run needs none to be bit-identical to an uninterrupted one.
/// </summary>
public static class Randomness
{
    private const ulong Gamma = 0x9e3779b97f4a7c15; // 2^64 divided by the golden ratio, made odd

    /// <summary>64 random bits: a seed for a generator, or a random number itself.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="step">The training step, or any other counter.</param>
    /// <param name="stream">What the numbers are for.</param>
    public static ulong Seed(long seed, long step, RandomStream stream) =>
        Mix(Mix(Mix((ulong)seed + Gamma) + (ulong)step * Gamma) + (ulong)stream * Gamma);

    /// <summary>The finaliser of SplitMix64 (Steele, Lea and Flood 2014), a bijection that spreads every bit over all others.</summary>
    internal static ulong Mix(ulong bits)
    {
        bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9;
        bits = (bits ^ (bits >> 27)) * 0x94d049bb133111eb;
        return bits ^ (bits >> 31);
    }

    /// <summary>A number in [0, <paramref name="count"/>) from 64 random bits; its bias is below <paramref name="count"/> / 2^64.</summary>
    internal static long Below(long count, ulong bits) => (long)Math.BigMul(bits, (ulong)count, out _);
}
