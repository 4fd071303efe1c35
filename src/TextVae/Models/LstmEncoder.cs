using TextVae.Data;
using TextVae.Kernels;
using TextVae.Layers;
using TextVae.Storage;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TextVae.Models;

/// <summary>The LSTM encoder of Bowman et al. 2016 (paper figure 1): the last hidden state gives the posterior.</summary>
internal sealed class LstmEncoder : Encoder
{
    [ComponentName(Name = "input")]
    private readonly InputProjection _input;
    [ComponentName(Name = "lstm")]
    private readonly LayerNormLstm _lstm;
    [ComponentName(Name = "posterior")]
    private readonly TorchSharp.Modules.Linear _posterior;
    private readonly bool _readsPadding;

    internal LstmEncoder(LstmEncoderConfig config, ModelShape shape)
        : base(nameof(LstmEncoder))
    {
        _readsPadding = config.ReadsPadding;
        _input = new InputProjection(features: 0, shape.Vocabulary, 4 * config.Hidden, config.Embedding);
        _lstm = new LayerNormLstm(config.Hidden);
        _posterior = nn.Linear(config.Hidden, 2 * shape.Latent);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(TextBatch texts) // [batch, time]
    {
        var positions = _readsPadding
            ? PackedPositions.Everything(texts.Count, texts.Time, texts.Tokens.device)
            : new PackedPositions(texts.Lengths, texts.Time, texts.Tokens.device);
        var hidden = _lstm.forward(_input.Parts(null, positions.Pick(texts.Tokens)), positions); // [positions, hidden]
        var last = _readsPadding
            ? hidden.narrow(0, hidden.size(0) - texts.Count, texts.Count)
            : positions.At(hidden, [.. texts.Lengths.Select(length => length - 1)]);
        return _posterior.forward(last); // [batch, hidden] to [batch, 2 * latent]
    }
}

/// <summary>Sizes of the LSTM encoder.</summary>
public sealed record LstmEncoderConfig : EncoderConfig
{
    /// <summary>H: units of the LSTM (paper: 500 on Penn Treebank, 1000 on tweets).</summary>
    public int Hidden { get; init; } = 500;

    /// <summary>E: numbers that a token is before W_x; null for none, and each token has a row of W_x.</summary>
    public int? Embedding { get; init; }

    /// <summary>Whether it reads the padding behind a text, as the paper's does on texts of one length; if not, its last hidden state is that of the text's end.</summary>
    public bool ReadsPadding { get; init; } = true;

    /// <inheritdoc/>
    public override Encoder Build(ModelShape shape) => new LstmEncoder(this, shape);

    /// <inheritdoc/>
    public override IEnumerable<TensorShape> Tensors(ModelShape shape) =>
    [
        .. InputProjection.Tensors(features: 0, shape.Vocabulary, 4L * Hidden, Embedding).Under("input"),
        .. LayerNormLstm.Tensors(Hidden).Under("lstm"),
        .. TensorShapes.Linear("posterior", Hidden, 2L * shape.Latent),
    ];

    /// <inheritdoc/>
    public override ProductCount? Count(ModelShape shape) =>
        ProductCount.OfTokens(shape.Vocabulary, Embedding, 4 * Hidden, shape.Length)
        + ProductCount.Of(Hidden, 4 * Hidden, shape.Length)
        + ProductCount.Of(Hidden, 2 * shape.Latent);

    /// <inheritdoc/>
    public override void Validate(int length)
    {
        Check.AtLeast(1, Hidden, "model.encoder.hidden");
        Check.AtLeast(1, Embedding ?? 1, "model.encoder.embedding");
    }
}
