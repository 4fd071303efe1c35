using TextVae.Data;
using TextVae.Layers;
using TextVae.Storage;
using static TorchSharp.torch;

namespace TextVae.Models;

/// <summary>An encoder: texts of [batch, time] to the parameters of the posterior, (mean, log-variance) [batch, 2 * latent].</summary>
public abstract class Encoder(string name) : nn.Module<TextBatch, Tensor>(name);

/// <summary>Which encoder, and its sizes. An assembly that has one more derives a record and adds it to <see cref="Kinds"/>.</summary>
public abstract record EncoderConfig
{
    /// <summary>The encoders that recipes can name, by their key <c>kind</c>.</summary>
    public static PartKinds<EncoderConfig> Kinds { get; } = new PartKinds<EncoderConfig>("kind")
        .Add<ConvolutionalEncoderConfig>("convolutional")
        .Add<LstmEncoderConfig>("lstm")
        .Add<NoEncoderConfig>("none");

    /// <summary>The encoder, not yet initialised.</summary>
    /// <param name="shape">Sizes of the model.</param>
    public abstract Encoder Build(ModelShape shape);

    /// <summary>
    /// Its tensors, by their names in it, so that a file or the machine's memory that does not fit is refused before anything is
    /// allocated (<see cref="TensorShapes"/> has those of usual modules); null where nobody has said them, and it is built unchecked.
    /// </summary>
    /// <param name="shape">Sizes of the model.</param>
    public virtual IEnumerable<TensorShape>? Tensors(ModelShape shape) => null;

    /// <summary>The products of its forward pass, which <c>textvae bench</c> sets against the machine's; null where nobody has counted them.</summary>
    public virtual ProductCount? Count(ModelShape shape) => null;

    /// <summary>Refuses sizes that cannot work.</summary>
    /// <exception cref="InvalidInputException">Names the key, what was found and what was expected.</exception>
    public abstract void Validate(int length);
}
