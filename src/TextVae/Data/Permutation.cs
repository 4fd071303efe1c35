using System.Numerics;

namespace TextVae.Data;

/// <summary>
/// A pseudo-random permutation of 0, ..., count - 1 that needs no memory: a Feistel network over the next power of four,
/// walked until it lands inside (Black and Rogaway, "Ciphers with Arbitrary Finite Domains", 2002).
/// </summary>
internal readonly struct Permutation
{
    private const int Rounds = 6;

    private readonly long _count;
    private readonly ulong _seed;
    private readonly int _half; // bits of each half
    private readonly ulong _mask;

    public Permutation(long count, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        var bits = 64 - BitOperations.LeadingZeroCount((ulong)(count - 1));
        (_count, _seed, _half) = (count, seed, Math.Max(1, (bits + 1) / 2));
        _mask = (1UL << _half) - 1;
    }

    /// <summary>Where the permutation sends <paramref name="index"/>.</summary>
    public long this[long index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, _count);
            var value = (ulong)index;
            do
            {
                value = Shuffle(value);
            }
            while (value >= (ulong)_count); // at most a factor of 4 outside: a few turns on average
            return (long)value;
        }
    }

    private ulong Shuffle(ulong value)
    {
        var (left, right) = (value >> _half, value & _mask);
        for (var round = 0; round < Rounds; round++)
        {
            (left, right) = (right, left ^ (Randomness.Mix(_seed + ((ulong)round << 32) + right) & _mask));
        }
        return (left << _half) | right;
    }
}
