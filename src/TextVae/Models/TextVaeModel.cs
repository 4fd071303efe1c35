using System.Runtime.InteropServices;
using TextVae.Data;
using TextVae.Kernels;
using TextVae.Layers;
using TextVae.Platform;
using TorchSharp.Utils;
using static TextVae.Platform.TensorArithmetic;
using static TorchSharp.torch;

namespace TextVae.Models;

/// <summary>A forward pass over a batch of texts.</summary>
/// <param name="Logits">The decoder's, [batch, time, vocabulary].</param>
/// <param name="AuxiliaryLogits">Those of the features alone (paper equation 2), [batch, time, vocabulary]; null without features or beside a parallel decoder.</param>
/// <param name="Posterior">q(z|x); of no dimension in a language model.</param>
public sealed record ModelOutput(Tensor Logits, Tensor? AuxiliaryLogits, GaussianPosterior Posterior);

/// <summary>A forward pass over the positions of a batch that cost.</summary>
/// <param name="Logits">The decoder's.</param>
/// <param name="AuxiliaryLogits">As in <see cref="ModelOutput"/>.</param>
/// <param name="Posterior">q(z|x).</param>
/// <param name="Positions">Which positions they are.</param>
internal sealed record PackedOutput(PackedLogits Logits, PackedLogits? AuxiliaryLogits, GaussianPosterior Posterior, PackedPositions Positions);

/// <summary>
/// A variational autoencoder for texts (paper figures 1 and 2): an encoder, an expansion of z, an auxiliary classifier on
/// the expansion's features, and a decoder. It knows none of them by kind; a language model has the decoder alone.
/// </summary>
public sealed class TextVaeModel : nn.Module
{
    [ComponentName(Name = "encoder")]
    private readonly Encoder _encoder;
    [ComponentName(Name = "posterior")]
    private readonly NormalizedMean? _normalizedMean;
    [ComponentName(Name = "expansion")]
    private readonly Expansion _expansion;
    [ComponentName(Name = "auxiliary")]
    private readonly TorchSharp.Modules.Linear? _auxiliary;
    [ComponentName(Name = "decoder")]
    private readonly Decoder _decoder;
    private readonly IReadOnlyList<IHasMatrixPrecision> _products;
    private readonly IReadOnlyList<IDrawsInTraining> _drawing;
    private readonly bool _history;

    /// <summary>Builds and initialises the model.</summary>
    /// <param name="config">The composition.</param>
    /// <param name="length">T: tokens in a text.</param>
    /// <param name="vocabulary">V: tokens in the vocabulary.</param>
    /// <param name="seed">Draws the initial weights.</param>
    /// <exception cref="InvalidInputException">The configuration cannot be built, or not in the memory of this machine.</exception>
    public TextVaeModel(ModelConfig config, int length, int vocabulary, long seed = 0)
        : base(nameof(TextVaeModel))
    {
        config.Validate(length);
        Shape = new ModelShape(length, vocabulary, config.Latent);
        ModelSize.Of(config, Shape).RequireMemory(copies: 1, more: 0, "the model");
        using var scope = NewDisposeScope();
        _encoder = Built("encoder", () => config.Encoder.Build(Shape));
        _normalizedMean = config.MeanScale is { } scale ? new NormalizedMean(Shape.Latent, scale) : null;
        _expansion = Built("expansion", () => config.Expansion.Build(Shape));
        var features = config.Expansion.FeatureCount;
        _auxiliary = config.HasAuxiliary ? nn.Linear(features, vocabulary) : null;
        _decoder = Built("decoder", () => config.Decoder.Build(Shape, features));
        _history = config.History;
        RegisterComponents();
        _products = [.. modules().OfType<IHasMatrixPrecision>()];
        _drawing = [.. modules().OfType<IDrawsInTraining>()];
        using var generator = new Generator(Randomness.Seed(seed, 0, RandomStream.Initialization));
        Initialization.Initialize(this, generator);
        foreach (var tensor in parameters().Concat(buffers())) // they stay until the model is disposed; what building them took goes
        {
            tensor.DetachFromDisposeScope();
        }
    }

    /// <summary>A part that does not say its tensors is not known to fit before it is built.</summary>
    private static T Built<T>(string part, Func<T> build)
    {
        try
        {
            return build();
        }
        catch (Exception error) when (error is ExternalException or OverflowException or OutOfMemoryException or ArgumentOutOfRangeException)
        {
            var reason = error.Message.Split('\n')[0].TrimEnd(); // torch adds its native stack
            throw new InvalidInputException(InputKind.Usage, $"model.{part}: found sizes that cannot be built: {reason}; expected smaller ones") { Property = $"model.{part}" };
        }
    }

    /// <summary>T, V and Z.</summary>
    public ModelShape Shape { get; }

    /// <summary>The parameters of q(z|x), by their names in the model; the others belong to p(x|z).</summary>
    public IEnumerable<(string name, TorchSharp.Modules.Parameter parameter)> EncoderParameters =>
        named_parameters().Where(named => named.name.Split('.')[0] is "encoder" or "posterior");

    /// <summary>The parameters of p(x|z), by their names in the model.</summary>
    public IEnumerable<(string name, TorchSharp.Modules.Parameter parameter)> DecoderParameters =>
        named_parameters().ExceptBy(EncoderParameters.Select(named => named.name), named => named.name);

    /// <summary>Number of trained numbers.</summary>
    public long ParameterCount => parameters().Sum(parameter => parameter.numel());

    /// <summary>The arithmetic that <see cref="SetPrecision"/> has set, as this machine has it: never <see cref="Precision.Auto"/>.</summary>
    public Precision PrecisionInUse =>
        QuantizedProduct.IsSupported && _products.OfType<LayerNormLstm>().Any(lstm => lstm.QuantizesSteps) ? Precision.Int8
        : _products.Any(layer => layer.Precision == MatrixPrecision.BFloat16) ? Precision.BFloat16
        : Precision.Float32;

    /// <summary>
    /// Whether workers may train it on parts of a batch. Parts of other assemblies may normalise over the batch, and layers that
    /// draw would draw the same for every part, so they are given whole batches.
    /// </summary>
    internal bool SharesBatches => _drawing.Count == 0
        && new nn.Module[] { _encoder, _expansion, _decoder }.All(part => part.GetType().Assembly == typeof(TextVaeModel).Assembly);

    /// <summary>Sets the arithmetic of all layers that have a choice (<see cref="IHasMatrixPrecision"/>).</summary>
    public void SetPrecision(Precision precision)
    {
        var rounded = precision == Precision.BFloat16 || (precision is Precision.Auto or Precision.Int8 && ProcessorInfo.HasFastBFloat16);
        foreach (var layer in _products)
        {
            layer.Precision = rounded ? MatrixPrecision.BFloat16 : MatrixPrecision.Float32;
            if (layer is LayerNormLstm lstm)
            {
                lstm.QuantizesSteps = precision == Precision.Int8;
            }
        }
    }

    /// <summary>Says from what all layers that draw in training draw at the next forward pass (<see cref="IDrawsInTraining"/>).</summary>
    /// <param name="seed">A function of the run's seed and of the step.</param>
    internal void SetSeed(ulong seed)
    {
        foreach (var (index, layer) in _drawing.Index())
        {
            layer.Seed = Randomness.Seed((long)seed, index, RandomStream.Layers);
        }
    }

    /// <summary>The posterior of each text.</summary>
    /// <param name="texts">Ids below V, [batch, time], on the model's device.</param>
    public GaussianPosterior Encode(TextBatch texts)
    {
        var posterior = GaussianPosterior.From(_encoder.forward(texts));
        return _normalizedMean is null ? posterior : posterior with { Mean = _normalizedMean.forward(posterior.Mean) };
    }

    /// <summary>Encodes, samples z and decodes under teacher forcing (paper equations 1-4).</summary>
    /// <param name="texts">Ids below V, [batch, time], on the model's device.</param>
    /// <param name="previous">What the decoder reads before each position (<see cref="Previous"/>, or parts of it dropped), [batch, time].</param>
    /// <param name="noise">Standard normal, [batch, latent]; zeros decode the posterior's mean.</param>
    public ModelOutput Forward(TextBatch texts, Tensor previous, Tensor noise)
    {
        var posterior = Encode(texts);
        var (logits, auxiliaryLogits) = Decode(posterior.Sample(noise), previous);
        return new ModelOutput(logits, auxiliaryLogits, posterior);
    }

    /// <summary>The same of some positions alone: what is left out costs no work.</summary>
    /// <param name="texts">As above.</param>
    /// <param name="previous">As above.</param>
    /// <param name="noise">As above.</param>
    /// <param name="positions">Which positions of the texts.</param>
    internal PackedOutput Forward(TextBatch texts, Tensor previous, Tensor noise, PackedPositions positions)
    {
        var posterior = Encode(texts);
        var given = _expansion.forward(posterior.Sample(noise));
        var features = given.At(positions); // [positions, features]
        var auxiliary = _auxiliary is null ? null : new PackedLogits(_auxiliary, features!, Products);
        return new PackedOutput(_decoder.Packed(given, features, previous, positions), auxiliary, posterior, positions);
    }

    /// <summary>p(x|z) under teacher forcing.</summary>
    /// <param name="z">[batch, latent].</param>
    /// <param name="previous">
    /// What the decoder reads before each position (<see cref="Previous"/>), [batch, time]; of fewer positions than a text
    /// has, the first ones alone are decoded, which later ones do not change.
    /// </param>
    /// <returns>Logits of the decoder and of the features alone, as in <see cref="ModelOutput"/>.</returns>
    public (Tensor Logits, Tensor? AuxiliaryLogits) Decode(Tensor z, Tensor previous)
    {
        var given = _expansion.forward(z).First(previous.size(1));
        return (_decoder.forward(given, previous), _auxiliary?.forward(given.Features!));
    }

    /// <summary>The decoder's logits of some positions alone.</summary>
    /// <param name="z">As above.</param>
    /// <param name="previous">What the decoder reads before each position, [batch, time].</param>
    /// <param name="positions">Which positions.</param>
    internal PackedLogits Decode(Tensor z, Tensor previous, PackedPositions positions)
    {
        var given = _expansion.forward(z);
        return _decoder.Packed(given, given.At(positions), previous, positions);
    }

    private MatrixPrecision Products =>
        _products.Any(layer => layer.Precision == MatrixPrecision.BFloat16) ? MatrixPrecision.BFloat16 : MatrixPrecision.Float32;

    /// <summary>The decoder's input: the texts moved right by one position, with the start symbol before them.</summary>
    /// <param name="tokens">[batch, time].</param>
    /// <returns>[batch, time].</returns>
    public Tensor Previous(Tensor tokens)
    {
        using var symbol = Number(Shape.StartToken);
        var start = full(tokens.size(0), 1, symbol, dtype: ScalarType.Int64, device: tokens.device);
        return Visible(cat([start, tokens.narrow(1, 0, tokens.size(1) - 1)], dim: 1));
    }

    /// <summary>What the decoder may read of the previous tokens: all, or without history nothing (paper 4.1).</summary>
    /// <param name="previous">Ids of any shape.</param>
    public Tensor Visible(Tensor previous)
    {
        using var dropped = Number(Shape.DroppedToken);
        return _history ? previous : full_like(previous, dropped);
    }

    /// <summary>As <see cref="Visible(Tensor)"/>, for one token.</summary>
    internal long Visible(long previous) => _history ? previous : Shape.DroppedToken;

    /// <summary>Makes ready to generate; in evaluation mode.</summary>
    internal PreparedModel Prepare() => new(_expansion.Prepare(), _decoder.Prepare());
}
