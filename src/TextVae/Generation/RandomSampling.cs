using static TorchSharp.torch;

namespace TextVae.Generation;

/// <summary>Draws each token (ancestral sampling), after filters have reshaped its distribution.</summary>
/// <param name="seed">The same seed draws the same texts: the n-th text's numbers depend on it, on n and on the position.</param>
/// <param name="filters">Applied one after the other.</param>
internal sealed class RandomSampling(long seed, IReadOnlyList<ILogitsFilter> filters) : IDecodingStrategy
{
    /// <inheritdoc/>
    public int Width => 1;

    /// <inheritdoc/>
    public Choice Choose(DecodingStep step)
    {
        var logits = filters.Aggregate(step.Matrix(), (logits, filter) => filter.Apply(logits));
        var cumulative = logits.softmax(-1).cumsum(-1); // [rows, vocabulary]
        var uniform = tensor([.. step.Texts.Zip(step.Positions, Uniform)]).unsqueeze(1); // [rows, 1]
        var before = cumulative.less_equal(uniform * cumulative.narrow(1, -1, 1)); // tokens that end below the number drawn
        return new Choice(before.sum(dim: -1).data<long>().ToArray());
    }

    /// <summary>A number in [0, 1) of 52 bits, so that no rounding makes it reach 1.</summary>
    private double Uniform(long text, long position)
    {
        var ofText = (long)Randomness.Seed(seed, text, RandomStream.Sampling);
        return (Randomness.Seed(ofText, position, RandomStream.Sampling) >> 12) * double.ScaleB(1, -52);
    }
}

/// <summary>Reshapes the distribution from which a token is drawn.</summary>
internal interface ILogitsFilter
{
    /// <param name="logits">[rows, vocabulary], float64; minus infinity where a token is forbidden.</param>
    /// <returns>As <paramref name="logits"/>, with at least one finite in each row.</returns>
    Tensor Apply(Tensor logits);
}
