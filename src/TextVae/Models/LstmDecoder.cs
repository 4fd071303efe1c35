using TextVae.Layers;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TextVae.Models;

/// <summary>The layer-normalised LSTM decoder (paper 3.3, figure 2b).</summary>
public sealed class LstmDecoder : Decoder
{
    [ComponentName(Name = "features")]
    private readonly TorchSharp.Modules.Linear? _features;
    [ComponentName(Name = "tokens")]
    private readonly TorchSharp.Modules.Embedding _tokens;
    [ComponentName(Name = "bias")]
    private readonly TorchSharp.Modules.Parameter _bias;
    [ComponentName(Name = "lstm")]
    private readonly LayerNormLstm _lstm;
    [ComponentName(Name = "output")]
    private readonly TorchSharp.Modules.Linear _output;

    internal LstmDecoder(LstmDecoderConfig config, ModelShape shape, int features)
        : base(nameof(LstmDecoder))
    {
        var gates = 4 * config.Hidden;
        _features = features > 0 ? nn.Linear(features, gates, hasBias: false) : null;
        _tokens = nn.Embedding(shape.DecoderVocabulary, gates);
        _bias = new TorchSharp.Modules.Parameter(zeros(gates));
        _lstm = new LayerNormLstm(config.Hidden);
        _output = nn.Linear(config.Hidden, shape.Vocabulary);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Conditioning given, Tensor previous) // [batch, time]
    {
        var projected = Project(given.Features?.transpose(0, 1), previous.transpose(0, 1)); // [time, batch, 4 * hidden]
        var hidden = _lstm.forward(projected, given.Hidden, given.Cell); // [time, batch, hidden]
        return _output.forward(hidden).transpose(0, 1); // [batch, time, vocabulary]
    }

    /// <inheritdoc/>
    public override IncrementalDecoder Begin(Conditioning given, int batch) => new Incremental(this, given, batch);

    /// <summary>x_t W_x + b for x_t = (features, one-hot previous token): a product, and a row of the weights.</summary>
    private Tensor Project(Tensor? features, Tensor previous)
    {
        var projected = _tokens.forward(previous) + _bias;
        return features is null ? projected : projected + _features!.forward(features);
    }

    private sealed class Incremental(LstmDecoder decoder, Conditioning given, int batch) : IncrementalDecoder
    {
        // The features of all positions are projected at once, as in training; only the token is new at each.
        private readonly Tensor? _projected = given.Features is null ? null : decoder._features!.forward(given.Features.transpose(0, 1)); // [time, batch, 4 * hidden]
        private Tensor _hidden = given.Hidden ?? zeros(batch, decoder._lstm.HiddenSize, device: decoder._bias.device);
        private Tensor _cell = given.Cell ?? zeros(batch, decoder._lstm.HiddenSize, device: decoder._bias.device);
        private int _position;

        public override Tensor Next(Tensor previous) // [batch]
        {
            var token = decoder._tokens.forward(previous) + decoder._bias;
            var projected = _projected is null ? token : token + _projected[_position];
            (_hidden, _cell) = decoder._lstm.Step(projected, _hidden, _cell);
            _position++;
            return decoder._output.forward(_hidden); // [batch, vocabulary]
        }

        public override IEnumerable<Tensor> State => [_hidden, _cell];
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
    public override void Validate() => Check.AtLeast(1, Hidden, "model.decoder.hidden");
}
