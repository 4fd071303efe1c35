using static TorchSharp.torch;

namespace TextVae.Generation;

/// <summary>Draws from softmax(logits / temperature), by adding Gumbel noise and taking the largest.</summary>
/// <param name="temperature">1 is the model's own distribution; towards 0 it becomes greedy.</param>
/// <param name="seed">The same seed draws the same texts.</param>
public sealed class TemperatureSampling(double temperature, long seed) : ITokenChooser
{
    /// <inheritdoc/>
    public Tensor Choose(Tensor logits, int position)
    {
        using var generator = new Generator(Randomness.Seed(seed, position, RandomStream.Sampling));
        var uniform = rand(logits.shape, dtype: float64, generator: generator).to(logits.device);
        var gumbel = -(-uniform.clamp(min: 1e-300).log()).log();
        return (logits.to(float64) / temperature + gumbel).argmax(-1);
    }
}
