using TextVae.Models;
using static TextVae.Platform.TensorArithmetic;
using static TorchSharp.torch;

namespace TextVae.Objectives;

/// <summary>Input dropout (Bowman et al. 2016; paper 3.4): the decoder reads the dropped symbol in place of some previous tokens.</summary>
internal static class InputDropout
{
    /// <summary>Hides each token with the given probability; the start symbol too, as it tells nothing.</summary>
    /// <param name="previous">The decoder's input, [batch, time].</param>
    /// <param name="rate">p, from 0 (nothing) to 1 (everything: historyless decoding, paper 4.1).</param>
    /// <param name="shape">Knows the dropped symbol.</param>
    /// <param name="seed">Draws what is hidden.</param>
    /// <returns>[batch, time].</returns>
    public static Tensor Apply(Tensor previous, double rate, ModelShape shape, ulong seed)
    {
        if (rate == 0)
        {
            return previous;
        }
        using var generator = new Generator(seed);
        using var p = Number(rate);
        using var dropped = Number(shape.DroppedToken);
        var hidden = rand(previous.shape, generator: generator).lt(p).to(previous.device);
        return previous.masked_fill(hidden, dropped);
    }
}
