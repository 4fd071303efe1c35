using TextVae.Layers;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TextVae.Models;

/// <summary>The LSTM encoder of Bowman et al. 2016 (paper figure 1): the last hidden state gives the posterior.</summary>
public sealed class LstmEncoder : Encoder
{
    [ComponentName(Name = "tokens")]
    private readonly TorchSharp.Modules.Embedding _tokens;
    [ComponentName(Name = "bias")]
    private readonly TorchSharp.Modules.Parameter _bias;
    [ComponentName(Name = "lstm")]
    private readonly LayerNormLstm _lstm;
    [ComponentName(Name = "posterior")]
    private readonly TorchSharp.Modules.Linear _posterior;

    internal LstmEncoder(LstmEncoderConfig config, ModelShape shape)
        : base(nameof(LstmEncoder))
    {
        _tokens = nn.Embedding(shape.Vocabulary, 4 * config.Hidden);
        _bias = new TorchSharp.Modules.Parameter(zeros(4 * config.Hidden));
        _lstm = new LayerNormLstm(config.Hidden);
        _posterior = nn.Linear(config.Hidden, 2 * shape.Latent);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tokens) // [batch, time]
    {
        var projected = _tokens.forward(tokens.transpose(0, 1)) + _bias; // [time, batch, 4 * hidden]
        var last = _lstm.forward(projected)[^1]; // [batch, hidden]
        return _posterior.forward(last); // [batch, 2 * latent]
    }
}

/// <summary>Sizes of the LSTM encoder.</summary>
public sealed record LstmEncoderConfig : EncoderConfig
{
    /// <summary>H: units of the LSTM (paper: 500 on Penn Treebank, 1000 on tweets).</summary>
    public int Hidden { get; init; } = 500;

    /// <inheritdoc/>
    public override Encoder Build(ModelShape shape) => new LstmEncoder(this, shape);

    /// <inheritdoc/>
    public override void Validate(int length) => Check.AtLeast(1, Hidden, "model.encoder.hidden");
}
