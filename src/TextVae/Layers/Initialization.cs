using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TextVae.Layers;

/// <summary>A module that knows better than the paper's rule what its weights are before training.</summary>
public interface IInitializesItself
{
    /// <summary>Sets its parameters and those of the modules in it; called without gradients.</summary>
    /// <param name="generator">What to draw from, so that a seed always gives the same weights.</param>
    void Initialize(Generator generator);
}

/// <summary>The paper's initialisation (released settings): everything uniform in [-0.1, 0.1], but for normalisations.</summary>
public static class Initialization
{
    private const double Bound = 0.1;

    /// <summary>Draws all weights and biases of a model; gains of normalisations stay 1 and shifts 0.</summary>
    internal static void Initialize(nn.Module model, Generator generator)
    {
        using var gradients = no_grad();
        Visit(model, generator);
    }

    /// <summary>Draws one parameter uniformly from [-0.1, 0.1].</summary>
    public static void Uniform(Tensor parameter, Generator generator) => parameter.uniform_(-Bound, Bound, generator); // nn.init.uniform_ ignores its generator

    private static void Visit(nn.Module module, Generator generator)
    {
        switch (module)
        {
            case IInitializesItself itself:
                itself.Initialize(generator);
                return;
            case NormBase or LayerNorm:
                return;
        }
        foreach (var (_, parameter) in module.named_parameters(recurse: false))
        {
            Uniform(parameter, generator);
        }
        foreach (var (_, child) in module.named_children())
        {
            Visit(child, generator);
        }
    }
}
