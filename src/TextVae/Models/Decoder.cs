using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace TextVae.Models;

/// <summary>
/// An autoregressive decoder p(x_t | z, x_(before t)) (paper 3.3): logits for every position from what it is told of z
/// and from the previous tokens.
/// </summary>
internal abstract class Decoder(string name) : nn.Module<Conditioning, Tensor, Tensor>(name)
{
    /// <summary>Teacher forcing: all positions at once.</summary>
    /// <param name="given">What is known of z.</param>
    /// <param name="previous">The token before each position, ids below V + 2, [batch, time].</param>
    /// <returns>Logits [batch, time, vocabulary].</returns>
    public abstract override Tensor forward(Conditioning given, Tensor previous);

    /// <summary>Starts generation, one position after the other.</summary>
    /// <param name="given">What is known of z.</param>
    /// <param name="batch">Number of texts.</param>
    public abstract IncrementalDecoder Begin(Conditioning given, int batch);
}

/// <summary>A decoder in the course of generation. It keeps the state that the next position needs, and no more.</summary>
internal abstract class IncrementalDecoder
{
    /// <summary>Reads the previous tokens and says what may come next.</summary>
    /// <param name="previous">Ids below V + 2, [batch].</param>
    /// <returns>Logits of the next token, [batch, vocabulary].</returns>
    public abstract Tensor Next(Tensor previous);

    /// <summary>What is left of the positions before, each [batch, ...].</summary>
    public abstract IEnumerable<Tensor> State { get; }

    /// <summary>What is known of z, and what was computed ahead of it for the positions to come, of any shape.</summary>
    protected abstract IEnumerable<Tensor> Prepared { get; }

    /// <summary>The tensors that live on from one position to the next: a generation step's scope moves them outward.</summary>
    public IEnumerable<Tensor> Living => State.Concat(Prepared);

    /// <summary>Lets each text go on from where another one of the same latent vector is, as beam search does.</summary>
    /// <param name="rows">Which one, [batch].</param>
    public void Select(Tensor rows)
    {
        foreach (var tensor in State)
        {
            tensor.copy_(tensor.index_select(0, rows));
        }
    }

    /// <summary>Goes on with some of the texts only.</summary>
    /// <param name="rows">Which ones, [texts that are left].</param>
    public abstract void Keep(Tensor rows);
}

/// <summary>Which decoder, and its sizes. One more decoder is one more derived record and one more line here.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(LstmDecoderConfig), "lstm")]
[JsonDerivedType(typeof(ByteNetDecoderConfig), "bytenet")]
[JsonDerivedType(typeof(ParallelDecoderConfig), "parallel")]
public abstract record DecoderConfig
{
    /// <summary>Whether it reads the previous tokens; if not, the auxiliary classifier would only repeat it.</summary>
    [JsonIgnore]
    public virtual bool IsAutoregressive => true;

    /// <summary>Units of the initial state that it takes from an expansion; 0 if it takes none.</summary>
    [JsonIgnore]
    public virtual int StateSize => 0;

    /// <summary>The decoder, not yet initialised.</summary>
    /// <param name="shape">Sizes of the model.</param>
    /// <param name="features">Features that it gets for each position, or 0.</param>
    internal abstract Decoder Build(ModelShape shape, int features);

    /// <summary>The products of its forward pass.</summary>
    /// <param name="shape">Sizes of the model.</param>
    /// <param name="features">Features that it gets for each position, or 0.</param>
    internal abstract ProductCount Count(ModelShape shape, int features);

    /// <summary>Refuses sizes that cannot work.</summary>
    /// <exception cref="InvalidInputException">Names the key, what was found and what was expected.</exception>
    public abstract void Validate();
}
