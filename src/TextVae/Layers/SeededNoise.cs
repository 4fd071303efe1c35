using static TorchSharp.torch;

namespace TextVae.Layers;

/// <summary>Standard normal noise that is a function of seeds, made on the CPU whatever the device is that uses it.</summary>
internal static class SeededNoise
{
    /// <summary>A tensor drawn from one seed.</summary>
    /// <param name="seed">As of <see cref="Randomness.Seed"/>.</param>
    /// <param name="shape">Its shape; the first numbers are not the same for another shape.</param>
    /// <param name="type">float32 and float64 have different numbers.</param>
    public static Tensor Of(ulong seed, ReadOnlySpan<long> shape, ScalarType type = ScalarType.Float32)
    {
        using var generator = new Generator(seed);
        return randn(shape, dtype: type, generator: generator);
    }

    /// <summary>A matrix whose rows are drawn each from a seed of its own, so that none depends on the others, [seeds, size].</summary>
    /// <param name="seeds">At least one.</param>
    /// <param name="size">Of a row.</param>
    /// <param name="type">As above.</param>
    public static Tensor Rows(IEnumerable<ulong> seeds, long size, ScalarType type = ScalarType.Float32)
    {
        using var scope = NewDisposeScope();
        return stack([.. seeds.Select(seed => Of(seed, [size], type))]).MoveToOuterDisposeScope();
    }
}
