using static TextVae.Platform.TensorArithmetic;
using static TorchSharp.torch;

namespace TextVae.Layers;

/// <summary>
/// A layer that draws random numbers in training. Before each forward pass it is told from what, so that a step is a
/// function of the run's seed and its number, and a resumed run is exact.
/// </summary>
public interface IDrawsInTraining
{
    /// <summary>Seeds what the next forward pass draws; another one for each layer and step.</summary>
    ulong Seed { get; set; }
}

/// <summary>Dropout (Srivastava et al. 2014) that a resumed run repeats: in training each number is 0 with probability p, else divided by 1 - p.</summary>
/// <param name="rate">p, from 0 to less than 1.</param>
public sealed class Dropout(double rate) : nn.Module<Tensor, Tensor>(nameof(Dropout)), IDrawsInTraining
{
    /// <inheritdoc/>
    public ulong Seed { get; set; }

    /// <summary>Drops; in evaluation nothing.</summary>
    /// <param name="input">Of any shape.</param>
    /// <returns>Of the same shape.</returns>
    public override Tensor forward(Tensor input)
    {
        if (!training || rate == 0)
        {
            return input;
        }
        using var generator = new Generator(Seed);
        using var p = Number(rate);
        var kept = rand(input.shape, generator: generator).ge(p).to(input.device);
        return (input * kept).Over(1 - rate);
    }
}
