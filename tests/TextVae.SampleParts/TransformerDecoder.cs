using TextVae.Layers;
using TextVae.Models;
using TextVae.Storage;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TextVae.SampleParts;

/// <summary>
/// A small Transformer decoder (Vaswani et al. 2017, with the normalisation before each part of a block): causal
/// self-attention over the previous tokens and the features of each position, with learnt positions.
/// </summary>
public sealed class TransformerDecoder : Decoder
{
    [ComponentName(Name = "tokens")]
    private readonly Embedding _tokens;
    [ComponentName(Name = "positions")]
    private readonly Embedding _positions;
    [ComponentName(Name = "features")]
    private readonly Linear? _features;
    [ComponentName(Name = "dropout")]
    private readonly Layers.Dropout _dropout;
    [ComponentName(Name = "blocks")]
    private readonly ModuleList<TransformerBlock> _blocks;
    [ComponentName(Name = "normalization")]
    private readonly LayerNorm _normalization;
    [ComponentName(Name = "output")]
    private readonly Linear _output;
    private readonly int _length;

    internal TransformerDecoder(TransformerDecoderConfig config, ModelShape shape, int features)
        : base(nameof(TransformerDecoder))
    {
        _length = shape.Length;
        _tokens = nn.Embedding(shape.DecoderVocabulary, config.Width);
        _positions = nn.Embedding(shape.Length, config.Width);
        _features = features > 0 ? nn.Linear(features, config.Width) : null;
        _dropout = new Layers.Dropout(config.Dropout);
        _blocks = nn.ModuleList([.. Enumerable.Range(0, config.Layers).Select(_ => new TransformerBlock(config))]);
        _normalization = nn.LayerNorm(config.Width);
        _output = nn.Linear(config.Width, shape.Vocabulary);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Conditioning given, Tensor previous) // [batch, time]
    {
        var x = Input(given.Features, previous, arange(previous.shape[1], device: previous.device)); // [batch, time, width]
        foreach (var block in _blocks)
        {
            x = block.forward(x);
        }
        return Logits(x); // [batch, time, vocabulary]
    }

    /// <inheritdoc/>
    public override PreparedDecoder Prepare() => new((given, batch) => new Incremental(this, given, batch), []);

    private Tensor Input(Tensor? features, Tensor previous, Tensor positions)
    {
        var x = _tokens.forward(previous) + _positions.forward(positions);
        return _dropout.forward(features is null ? x : x + _features!.forward(features));
    }

    private Tensor Logits(Tensor x) => _output.forward(_normalization.forward(x));

    /// <summary>Its state is the keys and the values of each block, [batch, T, width], of which those up to the own position count.</summary>
    private sealed class Incremental(TransformerDecoder decoder, Conditioning given, int batch)
        : IncrementalDecoder([.. Enumerable.Range(0, 2 * decoder._blocks.Count).Select(_ => decoder.Empty(batch))], given.Features is { } all ? [all.to(decoder._output.weight!.dtype)] : [])
    {
        public override Tensor Next(long[] previous, long[] positions)
        {
            var device = decoder._output.weight!.device;
            var features = Given is [var all] ? At(all, positions) : null; // [batch, features]
            var at = tensor(positions, device: device);
            var x = decoder.Input(features, tensor(previous, device: device), at); // [batch, width]
            foreach (var (index, block) in decoder._blocks.Index())
            {
                x = block.Step(x, State[2 * index], State[2 * index + 1], at);
            }
            return decoder.Logits(x); // [batch, vocabulary]
        }
    }

    private Tensor Empty(int batch) => zeros([batch, _length, _positions.weight!.shape[1]], _output.weight!.dtype, _output.weight.device);
}

/// <summary>Sizes of the Transformer decoder.</summary>
public sealed record TransformerDecoderConfig : DecoderConfig
{
    /// <summary>Blocks of attention and of a feed-forward network.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>Heads of each attention.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Numbers for each position; the feed-forward networks have four times as many units.</summary>
    public int Width { get; init; } = 128;

    /// <summary>Share of numbers that training drops, of the input and of what each part of a block adds.</summary>
    public double Dropout { get; init; } = 0.1;

    /// <inheritdoc/>
    public override Decoder Build(ModelShape shape, int features) => new TransformerDecoder(this, shape, features);

    /// <inheritdoc/>
    public override IEnumerable<TensorShape> Tensors(ModelShape shape, int features) =>
    [
        .. TensorShapes.Of("tokens.weight", shape.DecoderVocabulary, Width),
        .. TensorShapes.Of("positions.weight", shape.Length, Width),
        .. features > 0 ? TensorShapes.Linear("features", features, Width) : [],
        .. Enumerable.Range(0, Layers).SelectMany(block => TransformerBlock.Tensors(Width).Under($"blocks.{block}")),
        .. TensorShapes.LayerNorm("normalization", Width),
        .. TensorShapes.Linear("output", Width, shape.Vocabulary),
    ];

    /// <inheritdoc/>
    public override void Validate()
    {
        Require(Layers >= 1, $"model.decoder.layers is {Layers}; expected at least 1");
        Require(Heads >= 1 && Width >= 1 && Width % Heads == 0, $"model.decoder.width is {Width}; expected a multiple of model.decoder.heads, {Heads}");
        Require(Dropout is >= 0 and < 1, $"model.decoder.dropout is {Dropout}; expected at least 0 and less than 1");
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new InvalidInputException(InputKind.Usage, message);
        }
    }
}
