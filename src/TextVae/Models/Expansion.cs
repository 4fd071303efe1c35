using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace TextVae.Models;

/// <summary>What a decoder is told of the latent vector. A language model is told nothing.</summary>
/// <param name="Features">Features for each position, [batch, time, features], or null.</param>
public sealed record Conditioning(Tensor? Features = null);

/// <summary>The expansion of z into what the decoder is conditioned on: [batch, latent] to <see cref="Conditioning"/>.</summary>
public abstract class Expansion(string name) : nn.Module<Tensor, Conditioning>(name);

/// <summary>Which expansion, and its sizes. One more expansion is one more derived record and one more line here.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(DeconvolutionalExpansionConfig), "deconvolutional")]
public abstract record ExpansionConfig
{
    /// <summary>Feature maps for each position; 0 if the expansion has none, and the model then no auxiliary loss.</summary>
    public abstract int Features { get; init; }

    /// <summary>The expansion, not yet initialised.</summary>
    public abstract Expansion Build(ModelShape shape);

    /// <summary>Refuses sizes that cannot work.</summary>
    /// <exception cref="InvalidInputException">Names the key, what was found and what was expected.</exception>
    public abstract void Validate(int length);
}
