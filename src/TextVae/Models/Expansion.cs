using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace TextVae.Models;

/// <summary>What a decoder is told of the latent vector. A language model is told nothing.</summary>
/// <param name="Features">Features for each position, [batch, time, features], or null.</param>
/// <param name="Hidden">The decoder's initial hidden state, [batch, hidden], or null for zeros.</param>
/// <param name="Cell">The decoder's initial cell, [batch, hidden], or null for zeros.</param>
internal sealed record Conditioning(Tensor? Features = null, Tensor? Hidden = null, Tensor? Cell = null)
{
    /// <summary>All there is.</summary>
    internal IEnumerable<Tensor> Tensors => new[] { Features, Hidden, Cell }.OfType<Tensor>();

    /// <summary>The same for the first positions alone.</summary>
    internal Conditioning First(long positions) => this with { Features = Features?.narrow(1, 0, positions) };
}

/// <summary>The expansion of z into what the decoder is conditioned on: [batch, latent] to <see cref="Conditioning"/>.</summary>
internal abstract class Expansion(string name) : nn.Module<Tensor, Conditioning>(name)
{
    /// <summary>Makes ready to generate; in evaluation mode. Weights that change later need not reach what was made ready.</summary>
    public virtual PreparedExpansion Prepare() => new(forward, []);
}

/// <summary>An expansion made ready to generate any number of batches.</summary>
/// <param name="Expand">[batch, latent] to what the decoder is told.</param>
/// <param name="Weights">What was brought into the order in which generation reads it.</param>
internal sealed record PreparedExpansion(Func<Tensor, Conditioning> Expand, IEnumerable<Tensor> Weights);

/// <summary>Which expansion, and its sizes. One more expansion is one more derived record and one more line here.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(DeconvolutionalExpansionConfig), "deconvolutional")]
[JsonDerivedType(typeof(InitialStateExpansionConfig), "initial-state")]
[JsonDerivedType(typeof(NoExpansionConfig), "none")]
public abstract record ExpansionConfig
{
    /// <summary>Feature maps for each position; 0 if the expansion has none, and the model then no auxiliary loss.</summary>
    [JsonIgnore]
    public virtual int FeatureCount => 0;

    /// <summary>Units of the initial state that it gives to the decoder; 0 if it gives none.</summary>
    [JsonIgnore]
    public virtual int StateSize => 0;

    /// <summary>The expansion, not yet initialised.</summary>
    internal abstract Expansion Build(ModelShape shape);

    /// <summary>The products of its forward pass.</summary>
    internal abstract ProductCount Count(ModelShape shape);

    /// <summary>Refuses sizes that cannot work.</summary>
    /// <exception cref="InvalidInputException">Names the key, what was found and what was expected.</exception>
    public abstract void Validate(int length);
}
