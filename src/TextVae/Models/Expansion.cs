using System.Text.Json.Serialization;
using TextVae.Kernels;
using TextVae.Layers;
using TextVae.Storage;
using static TorchSharp.torch;

namespace TextVae.Models;

/// <summary>What a decoder is told of the latent vector. A language model is told nothing.</summary>
/// <param name="Features">Features for each position, [batch, time, features], or null; in generation perhaps of bfloat16.</param>
/// <param name="Hidden">The decoder's initial hidden state, [batch, hidden], or null for zeros.</param>
/// <param name="Cell">The decoder's initial cell, [batch, hidden], or null for zeros.</param>
public sealed record Conditioning(Tensor? Features = null, Tensor? Hidden = null, Tensor? Cell = null)
{
    /// <summary>All there is.</summary>
    internal IEnumerable<Tensor> Tensors => new[] { Features, Hidden, Cell }.OfType<Tensor>();

    /// <summary>The same for the first positions alone.</summary>
    internal Conditioning First(long positions) => this with { Features = Features?.narrow(1, 0, positions) };

    /// <summary>The features of some positions, [positions, features]; null where there are none.</summary>
    internal Tensor? At(PackedPositions positions) => Features is null ? null : positions.Pick(Features);
}

/// <summary>The expansion of z into what the decoder is conditioned on: [batch, latent] to <see cref="Conditioning"/>.</summary>
public abstract class Expansion(string name) : nn.Module<Tensor, Conditioning>(name)
{
    /// <summary>Makes ready to generate; in evaluation mode. Weights that change later need not reach what was made ready.</summary>
    public virtual PreparedExpansion Prepare() => new(forward, []);
}

/// <summary>An expansion made ready to generate any number of batches.</summary>
/// <param name="Expand">[batch, latent] to what the decoder is told.</param>
/// <param name="Weights">What was brought into the order in which generation reads it.</param>
public sealed record PreparedExpansion(Func<Tensor, Conditioning> Expand, IEnumerable<Tensor> Weights);

/// <summary>Which expansion, and its sizes. An assembly that has one more derives a record and adds it to <see cref="Kinds"/>.</summary>
public abstract record ExpansionConfig
{
    /// <summary>The expansions that recipes can name, by their key <c>kind</c>.</summary>
    public static PartKinds<ExpansionConfig> Kinds { get; } = new PartKinds<ExpansionConfig>("kind")
        .Add<DeconvolutionalExpansionConfig>("deconvolutional")
        .Add<InitialStateExpansionConfig>("initial-state")
        .Add<NoExpansionConfig>("none");

    /// <summary>Feature maps for each position; 0 if the expansion has none, and the model then no auxiliary loss.</summary>
    [JsonIgnore]
    public virtual int FeatureCount => 0;

    /// <summary>Units of the initial state that it gives to the decoder; 0 if it gives none.</summary>
    [JsonIgnore]
    public virtual int StateSize => 0;

    /// <summary>The expansion, not yet initialised.</summary>
    /// <param name="shape">Sizes of the model.</param>
    public abstract Expansion Build(ModelShape shape);

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
