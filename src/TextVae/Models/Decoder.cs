using System.Text.Json.Serialization;
using TextVae.Kernels;
using TextVae.Layers;
using TextVae.Storage;
using static TorchSharp.torch;

namespace TextVae.Models;

/// <summary>
/// An autoregressive decoder p(x_t | z, x_(before t)) (paper 3.3): logits for every position from what it is told of z
/// and from the previous tokens.
/// </summary>
public abstract class Decoder(string name) : nn.Module<Conditioning, Tensor, Tensor>(name)
{
    /// <summary>Teacher forcing: all positions at once.</summary>
    /// <param name="given">What is known of z.</param>
    /// <param name="previous">The token before each position, ids below V + 2, [batch, time].</param>
    /// <returns>Logits [batch, time, vocabulary].</returns>
    public abstract override Tensor forward(Conditioning given, Tensor previous);

    /// <summary>The same of some positions alone; those that follow a text's last one never change it.</summary>
    /// <param name="given">As above.</param>
    /// <param name="features">Its features at these positions, [positions, features]; null where it has none.</param>
    /// <param name="previous">As above.</param>
    /// <param name="positions">Which positions.</param>
    internal virtual PackedLogits Packed(Conditioning given, Tensor? features, Tensor previous, PackedPositions positions) => new(positions.Pick(forward(given, previous)));

    /// <summary>Makes ready to generate. Weights that change later need not reach what was made ready.</summary>
    public abstract PreparedDecoder Prepare();
}

/// <summary>A decoder made ready to generate any number of batches.</summary>
/// <param name="Begin">Starts a batch of so many texts from what is known of z.</param>
/// <param name="Weights">What was brought into the order in which generation reads it.</param>
public sealed record PreparedDecoder(Func<Conditioning, int, IncrementalDecoder> Begin, IEnumerable<Tensor> Weights);

/// <summary>Which decoder, and its sizes. An assembly that has one more derives a record and adds it to <see cref="Kinds"/>.</summary>
public abstract record DecoderConfig
{
    /// <summary>The decoders that recipes can name, by their key <c>kind</c>.</summary>
    public static PartKinds<DecoderConfig> Kinds { get; } = new PartKinds<DecoderConfig>("kind")
        .Add<LstmDecoderConfig>("lstm")
        .Add<ByteNetDecoderConfig>("bytenet")
        .Add<ParallelDecoderConfig>("parallel");

    /// <summary>Whether it reads the previous tokens; if not, the auxiliary classifier would only repeat it.</summary>
    [JsonIgnore]
    public virtual bool IsAutoregressive => true;

    /// <summary>Units of the initial state that it takes from an expansion; 0 if it takes none.</summary>
    [JsonIgnore]
    public virtual int StateSize => 0;

    /// <summary>The decoder, not yet initialised.</summary>
    /// <param name="shape">Sizes of the model.</param>
    /// <param name="features">Features that it gets for each position, or 0.</param>
    public abstract Decoder Build(ModelShape shape, int features);

    /// <summary>
    /// Its tensors, by their names in it, so that a file or the machine's memory that does not fit is refused before anything is
    /// allocated (<see cref="TensorShapes"/> has those of usual modules); null where nobody has said them, and it is built unchecked.
    /// </summary>
    /// <param name="shape">Sizes of the model.</param>
    /// <param name="features">Features that it gets for each position, or 0.</param>
    public virtual IEnumerable<TensorShape>? Tensors(ModelShape shape, int features) => null;

    /// <summary>The products of its forward pass, which <c>textvae bench</c> sets against the machine's; null where nobody has counted them.</summary>
    /// <param name="shape">Sizes of the model.</param>
    /// <param name="features">Features that it gets for each position, or 0.</param>
    public virtual ProductCount? Count(ModelShape shape, int features) => null;

    /// <summary>Refuses sizes that cannot work.</summary>
    /// <exception cref="InvalidInputException">Names the key, what was found and what was expected.</exception>
    public abstract void Validate();
}
