using TextVae.Kernels;
using TextVae.Layers;
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
        _input = new InputProjection(features, shape.DecoderVocabulary, 4 * config.Hidden);
        _lstm = new LayerNormLstm(config.Hidden);
        _output = nn.Linear(config.Hidden, shape.Vocabulary);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Conditioning given, Tensor previous) // [batch, time]
    {
        var input = _input.Parts(given.Features?.transpose(0, 1), previous.transpose(0, 1)); // [time, batch, 4 * hidden]
        var hidden = _lstm.forward(input, given.Hidden, given.Cell); // [time, batch, hidden]
        return RoundedGradientLinear.Apply(_output, hidden, _lstm.Precision).transpose(0, 1); // [batch, time, vocabulary]
    }

    /// <inheritdoc/>
    public override IncrementalDecoder Begin(Conditioning given, int batch) => new Incremental(this, given, batch);

    private Tensor Zeros(int batch) => zeros(batch, _lstm.HiddenSize, device: _input.Device);

    private sealed class Incremental(LstmDecoder decoder, Conditioning given, int batch) : IncrementalDecoder
    {
        private const int RowsAhead = 4096; // positions times texts whose features are projected in one product

        private readonly int _ahead = Math.Max(1, RowsAhead / batch);
        private readonly LstmSteps _steps = decoder._lstm.Begin(given.Hidden ?? decoder.Zeros(batch), given.Cell ?? decoder.Zeros(batch));
        private ProjectedInput _input = new(null); // of the positions ahead, [positions, batch, 4 * hidden]
        private int _position;

        public override Tensor Next(Tensor previous) // [batch]
        {
            var offset = _position % _ahead;
            if (offset == 0)
            {
                var features = given.Features?.narrow(1, _position, Math.Min(_ahead, given.Features.shape[1] - _position));
                _input = decoder._input.Parts(features?.transpose(0, 1), previous);
            }
            _position++;
            _steps.Next(_input with { Product = _input.Product?[offset], Tokens = previous });
            return decoder._output.forward(_steps.Hidden); // [batch, vocabulary]
        }

        public override IEnumerable<Tensor> State => _steps.State;

        protected override IEnumerable<Tensor> Prepared => given.Tensors.Concat(new[] { _input.Product, _input.Rows }.OfType<Tensor>());

        public override void Keep(Tensor rows)
        {
            given = given.Select(rows);
            _steps.Keep(rows);
            _input = _input with { Product = _input.Product?.index_select(1, rows) };
        }
    }
}

/// <summary>Sizes of the LSTM decoder.</summary>
public sealed record LstmDecoderConfig : DecoderConfig
{
    /// <summary>H: units of the LSTM (paper: 500 on Penn Treebank, 1000 on tweets).</summary>
    public int Hidden { get; init; } = 500;

    /// <inheritdoc/>
    public override int StateSize => Hidden;

    /// <inheritdoc/>
    internal override Decoder Build(ModelShape shape, int features) => new LstmDecoder(this, shape, features);

    /// <inheritdoc/>
    internal override ProductCount Count(ModelShape shape, int features) =>
        ProductCount.OfOneHot(shape.DecoderVocabulary, 4 * Hidden, shape.Length)
        + ProductCount.Of(features + Hidden, 4 * Hidden, shape.Length)
        + ProductCount.Of(Hidden, shape.Vocabulary, shape.Length);

    /// <inheritdoc/>
    public override void Validate() => Check.AtLeast(1, Hidden, "model.decoder.hidden");
}
