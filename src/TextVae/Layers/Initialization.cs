using static TorchSharp.torch;

namespace TextVae.Layers;

/// <summary>The paper's initialisation (released settings): everything uniform in [-0.1, 0.1], but for normalisations.</summary>
internal static class Initialization
{
    private const double Bound = 0.1;

    /// <summary>Draws all weights and biases of a model; normalisation gains stay 1 and shifts 0.</summary>
    public static void Uniform(nn.Module model, Generator generator)
    {
        using var gradients = no_grad();
        foreach (var (name, parameter) in model.named_parameters())
        {
            if (!IsNormalization(name.Split('.')))
            {
                parameter.uniform_(-Bound, Bound, generator); // nn.init.uniform_ ignores its generator
            }
        }
    }

    private static bool IsNormalization(string[] path) =>
        path[^1] is "gain" or "shift" || path.Any(part => part.StartsWith("normalization", StringComparison.Ordinal));
}
