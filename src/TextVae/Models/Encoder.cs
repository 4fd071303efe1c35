using System.Text.Json.Serialization;
using TextVae.Data;
using static TorchSharp.torch;

namespace TextVae.Models;

/// <summary>An encoder: texts of [batch, time] to the parameters of the posterior, (mean, log-variance) [batch, 2 * latent].</summary>
internal abstract class Encoder(string name) : nn.Module<TextBatch, Tensor>(name);

/// <summary>Which encoder, and its sizes. One more encoder is one more derived record and one more line here.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ConvolutionalEncoderConfig), "convolutional")]
[JsonDerivedType(typeof(LstmEncoderConfig), "lstm")]
[JsonDerivedType(typeof(NoEncoderConfig), "none")]
public abstract record EncoderConfig
{
    /// <summary>The encoder, not yet initialised.</summary>
    internal abstract Encoder Build(ModelShape shape);

    /// <summary>The products of its forward pass.</summary>
    internal abstract ProductCount Count(ModelShape shape);

    /// <summary>Refuses sizes that cannot work.</summary>
    /// <exception cref="InvalidInputException">Names the key, what was found and what was expected.</exception>
    public abstract void Validate(int length);
}
