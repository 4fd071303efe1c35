using System.Diagnostics;
using static TorchSharp.torch;

namespace TextVae.Platform;

/// <summary>How fast this machine multiplies matrices: the ceiling for training.</summary>
public static class MatrixProductRate
{
    /// <summary>Measures a product of two square matrices on the CPU, with libtorch's current number of threads.</summary>
    /// <param name="type">The type of the elements, such as float32 or bfloat16.</param>
    /// <param name="size">Rows and columns of the matrices.</param>
    /// <param name="seconds">About how long to measure.</param>
    /// <returns>The best of the repetitions, in GFLOP/s (a multiplication and an addition are two).</returns>
    /// <exception cref="InvalidInputException">libtorch does not load.</exception>
    public static double Measure(ScalarType type, int size = 1024, double seconds = 0.5)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        NativeTorch.EnsureLoaded();
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var left = ones(new long[] { size, size }, dtype: type);
        var right = ones(new long[] { size, size }, dtype: type);
        var best = TimeSpan.MaxValue;
        var start = Stopwatch.GetTimestamp();
        // The first repetitions warm caches and threads; the best of all is none of them.
        for (var repetition = 0; repetition < 5 || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds; repetition++)
        {
            var before = Stopwatch.GetTimestamp();
            using var product = matmul(left, right);
            var elapsed = Stopwatch.GetElapsedTime(before);
            best = elapsed < best ? elapsed : best;
        }
        return 2.0 * size * size * size / best.TotalSeconds / 1e9;
    }
}
