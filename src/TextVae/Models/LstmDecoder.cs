using TextVae.Kernels;
using TextVae.Layers;
using TextVae.Storage;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TextVae.Models;

/// <summary>The layer-normalised LSTM decoder (paper 3.3, figure 2b).</summary>
internal sealed class LstmDecoder : Decoder
{
    [ComponentName(Name = "input")]
    private readonly InputProjection _input;
    [ComponentName(Name = "lstm")]
    private readonly LayerNormLstm _lstm;
    [ComponentName(Name = "output")]
    private readonly TorchSharp.Modules.Linear _output;

    internal LstmDecoder(LstmDecoderConfig config, ModelShape shape, int features)
        : base(nameof(LstmDecoder))
    {
        _input = new InputProjection(features, shape.DecoderVocabulary, 4 * config.Hidden, config.Embedding);
        _lstm = new LayerNormLstm(config.Hidden);
        _output = nn.Linear(config.Hidden, shape.Vocabulary);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Conditioning given, Tensor previous) // [batch, time]
    {
        var (batch, time) = (previous.size(0), previous.size(1));
        var positions = PackedPositions.Everything(batch, time, previous.device);
        return Packed(given, given.At(positions), previous, positions).All().view(time, batch, -1).transpose(0, 1); // [batch, time, vocabulary]
    }

    /// <inheritdoc/>
    internal override PackedLogits Packed(Conditioning given, Tensor? features, Tensor previous, PackedPositions positions)
    {
        var input = _input.Parts(features, positions.Pick(previous)); // [positions, 4 * hidden]
        var hidden = _lstm.forward(input, positions, positions.InOrder(given.Hidden), positions.InOrder(given.Cell)); // [positions, hidden]
        return new PackedLogits(_output, hidden, _lstm.Precision);
    }

    /// <inheritdoc/>
    public override PreparedDecoder Prepare()
    {
        if (!CpuFloat32.Holds([.. parameters()]))
        {
            return new PreparedDecoder((given, batch) => new Plain(this, given, batch), []);
        }
        var weights = _lstm.Prepare(_input, _output);
        return new PreparedDecoder((given, batch) => new Fused(weights, given, batch), weights.Tensors);
    }

    /// <summary>By torch's own operations, for any device and type.</summary>
    private sealed class Plain(LstmDecoder decoder, Conditioning given, int batch)
        : IncrementalDecoder([given.Hidden ?? decoder.Zeros(batch), given.Cell ?? decoder.Zeros(batch)], given.Features is { } all ? [all] : [])
    {
        public override Tensor Next(long[] previous, long[] positions)
        {
            var features = Given is [var all] ? At(all, positions) : null; // [batch, features]
            var input = decoder._input.Parts(features, tensor(previous, device: decoder._input.Device));
            (State[0], State[1]) = decoder._lstm.UnrollPlain(input, PackedPositions.Everything(previous.Length, 1, decoder._input.Device), State[0], State[1]);
            return decoder._output.forward(State[0]); // [batch, vocabulary]
        }
    }

    private sealed class Fused(LstmStepWeights weights, Conditioning given, int batch)
        : IncrementalDecoder(
            [given.Cell?.clone() ?? zeros(batch, weights.Hidden), .. weights.Products.Begin(given.Hidden, batch).Tensors],
            given.Features is { } all ? [all.to(weights.Products.Type).contiguous()] : [])
    {
        private readonly FusedLstmSteps _steps = new(weights);

        public override IEnumerable<Tensor> Tensors => [.. base.Tensors, .. _steps.Tensors];

        public override Tensor Next(long[] previous, long[] positions) =>
            _steps.Next(new LstmStepState(new LstmOperands(State[1], State.ElementAtOrDefault(2)), State[0], Given.FirstOrDefault()), previous, positions);
    }

    private Tensor Zeros(int batch) => zeros([batch, _lstm.HiddenSize], _output.weight!.dtype, _input.Device);
}

/// <summary>Sizes of the LSTM decoder.</summary>
public sealed record LstmDecoderConfig : DecoderConfig
{
    /// <summary>H: units of the LSTM (paper: 500 on Penn Treebank, 1000 on tweets).</summary>
    public int Hidden { get; init; } = 500;

    /// <summary>E: numbers that a token is before W_x; null for none, and each token has a row of W_x.</summary>
    public int? Embedding { get; init; }

    /// <inheritdoc/>
    public override int StateSize => Hidden;

    /// <inheritdoc/>
    public override Decoder Build(ModelShape shape, int features) => new LstmDecoder(this, shape, features);

    /// <inheritdoc/>
    public override IEnumerable<TensorShape> Tensors(ModelShape shape, int features) =>
    [
        .. InputProjection.Tensors(features, shape.DecoderVocabulary, 4L * Hidden, Embedding).Under("input"),
        .. LayerNormLstm.Tensors(Hidden).Under("lstm"),
        .. TensorShapes.Linear("output", Hidden, shape.Vocabulary),
    ];

    /// <inheritdoc/>
    public override ProductCount? Count(ModelShape shape, int features) =>
        ProductCount.OfTokens(shape.DecoderVocabulary, Embedding, 4 * Hidden, shape.Length)
        + ProductCount.Of(features + Hidden, 4 * Hidden, shape.Length)
        + ProductCount.Of(Hidden, shape.Vocabulary, shape.Length);

    /// <inheritdoc/>
    public override void Validate()
    {
        Check.AtLeast(1, Hidden, "model.decoder.hidden");
        Check.AtLeast(1, Embedding ?? 1, "model.decoder.embedding");
    }
}
