using TextVae.Kernels;
using TextVae.Layers;
using TextVae.Storage;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TextVae.Models;

/// <summary>
/// The ByteNet decoder (paper figure 2c, 4.2; released settings): a gated 1x1 convolution of features and previous token,
/// then N masked convolutions. It sees the N + 1 characters before each position.
/// </summary>
internal sealed class ByteNetDecoder : Decoder
{
    [ComponentName(Name = "input")]
    private readonly InputProjection _input;
    [ComponentName(Name = "normalization")]
    private readonly TorchSharp.Modules.BatchNorm1d _normalization;
    [ComponentName(Name = "layers")]
    private readonly TorchSharp.Modules.ModuleList<MaskedConvolution> _layers;
    [ComponentName(Name = "output")]
    private readonly TorchSharp.Modules.Linear _output;

    internal ByteNetDecoder(ByteNetDecoderConfig config, ModelShape shape, int features)
        : base(nameof(ByteNetDecoder))
    {
        var gates = 2 * config.Channels;
        _input = new InputProjection(features, shape.DecoderVocabulary, gates, config.Embedding);
        _normalization = nn.BatchNorm1d(gates);
        _layers = nn.ModuleList([.. Enumerable.Range(0, config.Layers).Select(_ => new MaskedConvolution(config.Channels))]);
        _output = nn.Linear(config.Channels, shape.Vocabulary);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Conditioning given, Tensor previous) => _output.forward(Hidden(given, previous)); // [batch, time, vocabulary]

    /// <inheritdoc/>
    internal override PackedLogits Packed(Conditioning given, Tensor? features, Tensor previous, PackedPositions positions)
    {
        var hidden = training ? positions.Pick(Hidden(given, previous)) : Hidden(features, previous, positions); // [positions, channels]
        return new PackedLogits(_output, hidden, _input.Precision);
    }

    /// <inheritdoc/>
    public override PreparedDecoder Prepare() => new((given, batch) => new Incremental(this, given, batch), []);

    // Padding included, as mean and variance of the batch are those of all positions.
    private Tensor Hidden(Conditioning given, Tensor previous) // [batch, time]
    {
        var x = Input(given.Features, previous); // [batch, time, channels]
        foreach (var layer in _layers)
        {
            x = layer.forward(x);
        }
        return x;
    }

    /// <summary>By running statistics no position's output depends on what follows it.</summary>
    private Tensor Hidden(Tensor? features, Tensor previous, PackedPositions positions)
    {
        var x = Input(features, positions.Pick(previous)); // [positions, channels]
        foreach (var layer in _layers)
        {
            x = layer.Step(positions.Before(x), x);
        }
        return x;
    }

    /// <summary>a, b = BatchNorm of the 1x1 convolution of (features, one-hot previous token); tanh(a) * sigmoid(b).</summary>
    private Tensor Input(Tensor? features, Tensor previous)
    {
        using var scope = NewDisposeScope();
        var projected = _input.forward(features, previous); // [..., 2 * channels]
        var isFast = CpuFloat32.Holds(projected) && (!training || FusedBatchNorm.Serves(previous.numel()));
        var normalised = isFast && training
            ? FusedBatchNorm.Normalize(projected, null, _normalization)
            : _normalization.forward(projected.flatten(0, -2)).view_as(projected);
        return (isFast ? FusedGates.Enter(normalised) : Enter(normalised)).MoveToOuterDisposeScope();
    }

    private static Tensor Enter(Tensor normalised)
    {
        var gates = normalised.chunk(2, -1);
        return gates[0].tanh() * gates[1].sigmoid(); // [..., channels]
    }

    // The last input of each layer is all that the next position needs of the past.
    private Tensor Before(int batch) => zeros(batch, _output.weight!.size(1), device: _input.Device, dtype: _output.weight.dtype);

    private sealed class Incremental(ByteNetDecoder decoder, Conditioning given, int batch)
        : IncrementalDecoder([.. decoder._layers.Select(_ => decoder.Before(batch))], [.. given.Tensors])
    {
        public override Tensor Next(long[] previous, long[] positions)
        {
            var features = Given is [var all] ? At(all, positions) : null; // [batch, features]
            var x = decoder.Input(features, tensor(previous, device: decoder._input.Device)); // [batch, channels]
            foreach (var (index, layer) in decoder._layers.Index())
            {
                (State[index], x) = (x, layer.Step(State[index], x));
            }
            return decoder._output.forward(x); // [batch, vocabulary]
        }
    }
}

/// <summary>Sizes of the ByteNet decoder.</summary>
public sealed record ByteNetDecoderConfig : DecoderConfig
{
    private const int MostLayers = 500; // a checkpoint has eight tensors of Adam for each, and at most 4,096

    /// <summary>N: masked convolutions; the receptive field is N + 1 characters.</summary>
    public int Layers { get; init; } = 7;

    /// <summary>Channels of each layer (released settings: 256).</summary>
    public int Channels { get; init; } = 256;

    /// <summary>E: numbers that a token is before the 1x1 convolution; null for none, and each token has a row of its weights.</summary>
    public int? Embedding { get; init; }

    /// <inheritdoc/>
    public override Decoder Build(ModelShape shape, int features) => new ByteNetDecoder(this, shape, features);

    /// <inheritdoc/>
    public override IEnumerable<TensorShape> Tensors(ModelShape shape, int features) =>
    [
        .. InputProjection.Tensors(features, shape.DecoderVocabulary, 2L * Channels, Embedding).Under("input"),
        .. TensorShapes.BatchNorm("normalization", 2L * Channels),
        .. Enumerable.Range(0, Layers).SelectMany(layer => MaskedConvolution.Tensors(Channels).Under($"layers.{layer}")),
        .. TensorShapes.Linear("output", Channels, shape.Vocabulary),
    ];

    /// <inheritdoc/>
    public override ProductCount? Count(ModelShape shape, int features) =>
        ProductCount.OfTokens(shape.DecoderVocabulary, Embedding, 2 * Channels, shape.Length)
        + ProductCount.Of(features, 2 * Channels, shape.Length)
        + ProductCount.Of(Layers * MaskedConvolution.Kernel * Channels, 3 * Channels, shape.Length)
        + ProductCount.Of(Channels, shape.Vocabulary, shape.Length);

    /// <inheritdoc/>
    public override void Validate()
    {
        Check.Between(1, MostLayers, Layers, "model.decoder.layers");
        Check.AtLeast(1, Channels, "model.decoder.channels");
        Check.AtLeast(1, Embedding ?? 1, "model.decoder.embedding");
    }
}
