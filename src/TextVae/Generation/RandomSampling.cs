using static TorchSharp.torch;

namespace TextVae.Generation;

/// <summary>Draws each token (ancestral sampling), after filters have reshaped its distribution.</summary>
/// <param name="filters">Applied one after the other; equal ones make equal strategies.</param>
internal sealed class RandomSampling(IReadOnlyList<ILogitsFilter> filters) : IDecodingStrategy
{
    private readonly IReadOnlyList<ILogitsFilter> _filters = filters;

    /// <inheritdoc/>
    public int Width => 1;

    /// <inheritdoc/>
    public Choice Choose(DecodingStep step)
    {
        var logits = _filters.Aggregate(step.Matrix(), (logits, filter) => filter.Apply(logits));
        var cumulative = logits.softmax(-1).cumsum(-1); // [rows, vocabulary]
        var uniform = tensor([.. step.Seeds.Zip(step.Positions, Uniform)]).unsqueeze(1); // [rows, 1]
        var before = cumulative.less_equal(uniform * cumulative.narrow(1, -1, 1)); // tokens that end below the number drawn
        return new Choice(before.sum(dim: -1).data<long>().ToArray());
    }

    /// <inheritdoc/>
    public override bool Equals(object? other) => other is RandomSampling sampling && _filters.SequenceEqual(sampling._filters);

    /// <inheritdoc/>
    public override int GetHashCode() => _filters.Aggregate(0, HashCode.Combine);

    /// <summary>A number in [0, 1) of 52 bits, so that no rounding makes it reach 1.</summary>
    private static double Uniform(long seed, long position) =>
        (Randomness.Seed(seed, position, RandomStream.Sampling) >> 12) * double.ScaleB(1, -52);
}

/// <summary>Reshapes the distribution from which a token is drawn.</summary>
internal interface ILogitsFilter
{
    /// <param name="logits">[rows, vocabulary], float64; minus infinity where a token is forbidden.</param>
    /// <returns>As <paramref name="logits"/>, with at least one finite in each row.</returns>
    Tensor Apply(Tensor logits);
}
