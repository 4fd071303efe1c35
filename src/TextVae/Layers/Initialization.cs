using static TorchSharp.torch;

namespace TextVae.Layers;

/// <summary>The paper's initialisation (released settings): everything uniform in [-0.1, 0.1], but for normalisations.</summary>
public static class Initialization
{
    private const double Bound = 0.1;

    /// <summary>Draws all weights and biases of a model; normalisation gains stay 1 and shifts 0.</summary>
    public static void Uniform(nn.Module model, Generator generator)
    {
        using var _ = no_grad();
        foreach (var module in model.modules().Where(module => module is not TorchSharp.Modules.BatchNorm1d))
        {
            foreach (var (name, parameter) in module.named_parameters(recurse: false))
            {
                if (name is not ("gain" or "shift"))
                {
                    nn.init.uniform_(parameter, -Bound, Bound, generator);
                }
            }
        }
    }
}
