using static TorchSharp.torch;

namespace TextVae.Models;

/// <summary>
/// A model made ready to generate any number of batches: its weights in the order in which generation reads them. Weights
/// that change later need not reach it.
/// </summary>
/// <param name="expansion">The expansion of z.</param>
/// <param name="decoder">The decoder.</param>
internal sealed class PreparedModel(PreparedExpansion expansion, PreparedDecoder decoder) : IDisposable
{
    /// <summary>Starts to generate one text for each latent vector.</summary>
    /// <param name="z">[batch, latent].</param>
    public IncrementalDecoder Begin(Tensor z) => decoder.Begin(expansion.Expand(z), (int)z.size(0));

    /// <summary>The same, until it is disposed of, whatever scope it was made in.</summary>
    public PreparedModel DetachFromDisposeScope()
    {
        foreach (var tensor in Weights)
        {
            tensor.DetachFromDisposeScope();
        }
        return this;
    }

    /// <summary>Frees its weights; those of the model that it was made of stay.</summary>
    public void Dispose()
    {
        foreach (var tensor in Weights)
        {
            tensor.Dispose();
        }
    }

    private IEnumerable<Tensor> Weights => expansion.Weights.Concat(decoder.Weights);
}
