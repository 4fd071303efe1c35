using TextVae.Kernels;
using TextVae.Layers;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TextVae.Models;

/// <summary>The layer-normalised LSTM decoder (paper 3.3, figure 2b).</summary>
public sealed class LstmDecoder : Decoder
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

    private sealed class Incremental(LstmDecoder decoder, Conditioning given, int batch) : IncrementalDecoder
    {
        private const int RowsAhead = 4096; // positions times texts whose features are projected in one product

        private readonly StepProduct? _recurrent = decoder._lstm.Prepare();
        private readonly int _ahead = Math.Max(1, RowsAhead / batch);
        private Tensor _hidden = given.Hidden ?? zeros(batch, decoder._lstm.HiddenSize, device: decoder._input.Device);
        private Tensor _cell = given.Cell ?? zeros(batch, decoder._lstm.HiddenSize, device: decoder._input.Device);
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
            var input = new ProjectedInput(_input.Product?[offset], _input.Rows, previous);
            (_hidden, _cell) = decoder._lstm.Step(input, _hidden, _cell, _recurrent);
            return decoder._output.forward(_hidden); // [batch, vocabulary]
        }

        public override IEnumerable<Tensor> State => [_hidden, _cell];

        protected override IEnumerable<Tensor> Prepared => new[] { _input.Product, _input.Rows }.OfType<Tensor>();
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
    public override Decoder Build(ModelShape shape, int features) => new LstmDecoder(this, shape, features);

    /// <inheritdoc/>
    public override ProductCount Count(ModelShape shape, int features) =>
        ProductCount.OfOneHot(shape.DecoderVocabulary, 4 * Hidden, shape.Length)
        + ProductCount.Of(features + Hidden, 4 * Hidden, shape.Length)
        + ProductCount.Of(Hidden, shape.Vocabulary, shape.Length);

    /// <inheritdoc/>
    public override void Validate() => Check.AtLeast(1, Hidden, "model.decoder.hidden");
}
