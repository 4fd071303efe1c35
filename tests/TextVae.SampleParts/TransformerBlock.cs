using TextVae.Kernels;
using TextVae.Layers;
using TextVae.Storage;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TextVae.SampleParts;

/// <summary>x + Attention(LayerNorm(x)), then x + FeedForward(LayerNorm(x)).</summary>
internal sealed class TransformerBlock : nn.Module<Tensor, Tensor>, IHasMatrixPrecision, IInitializesItself
{
    private readonly int _heads;
    private readonly double _shrink;
    [ComponentName(Name = "attention_normalization")]
    private readonly LayerNorm _attentionNormalization;
    [ComponentName(Name = "attention_input")]
    private readonly Linear _attentionInput;
    [ComponentName(Name = "attention_output")]
    private readonly Linear _attentionOutput;
    [ComponentName(Name = "attention_dropout")]
    private readonly Layers.Dropout _attentionDropout;
    [ComponentName(Name = "feed_forward_normalization")]
    private readonly LayerNorm _feedForwardNormalization;
    [ComponentName(Name = "feed_forward_input")]
    private readonly Linear _feedForwardInput;
    [ComponentName(Name = "feed_forward_output")]
    private readonly Linear _feedForwardOutput;
    [ComponentName(Name = "feed_forward_dropout")]
    private readonly Layers.Dropout _feedForwardDropout;

    public TransformerBlock(TransformerDecoderConfig config)
        : base(nameof(TransformerBlock))
    {
        _heads = config.Heads;
        _shrink = 1 / Math.Sqrt(2 * config.Layers);
        _attentionNormalization = nn.LayerNorm(config.Width);
        _attentionInput = nn.Linear(config.Width, 3 * config.Width);
        _attentionOutput = nn.Linear(config.Width, config.Width);
        _attentionDropout = new Layers.Dropout(config.Dropout);
        _feedForwardNormalization = nn.LayerNorm(config.Width);
        _feedForwardInput = nn.Linear(config.Width, 4 * config.Width);
        _feedForwardOutput = nn.Linear(4 * config.Width, config.Width);
        _feedForwardDropout = new Layers.Dropout(config.Dropout);
        RegisterComponents();
    }

    /// <summary>The tensors of a block of this width.</summary>
    public static IEnumerable<TensorShape> Tensors(long width) =>
    [
        .. TensorShapes.LayerNorm("attention_normalization", width),
        .. TensorShapes.Linear("attention_input", width, 3 * width),
        .. TensorShapes.Linear("attention_output", width, width),
        .. TensorShapes.LayerNorm("feed_forward_normalization", width),
        .. TensorShapes.Linear("feed_forward_input", width, 4 * width),
        .. TensorShapes.Linear("feed_forward_output", 4 * width, width),
    ];

    /// <inheritdoc/>
    public MatrixPrecision Precision { get; set; }

    /// <summary>Normal of standard deviation 0.02, and what is added to x smaller the more blocks add (Radford et al. 2019); biases 0.</summary>
    public void Initialize(Generator generator)
    {
        foreach (var layer in new[] { _attentionInput, _attentionOutput, _feedForwardInput, _feedForwardOutput })
        {
            var added = layer == _attentionOutput || layer == _feedForwardOutput;
            layer.weight!.normal_(0, added ? 0.02 * _shrink : 0.02, generator);
            layer.bias!.zero_();
        }
    }

    /// <summary>All positions at once.</summary>
    /// <param name="x">[batch, time, width].</param>
    /// <returns>[batch, time, width].</returns>
    public override Tensor forward(Tensor x)
    {
        var parts = Product(_attentionInput, _attentionNormalization.forward(x)).chunk(3, -1); // queries, keys, values
        var attended = nn.functional.scaled_dot_product_attention(Split(parts[0]), Split(parts[1]), Split(parts[2]), is_casual: true);
        x += _attentionDropout.forward(Product(_attentionOutput, Join(attended)));
        return x + _feedForwardDropout.forward(FeedForward(x));
    }

    /// <summary>One position of each text.</summary>
    /// <param name="x">[batch, width].</param>
    /// <param name="keys">Of the positions before, [batch, T, width]; this one's are put in.</param>
    /// <param name="values">As <paramref name="keys"/>.</param>
    /// <param name="positions">Where each text stands, [batch].</param>
    /// <returns>[batch, width].</returns>
    public Tensor Step(Tensor x, Tensor keys, Tensor values, Tensor positions)
    {
        var parts = Product(_attentionInput, _attentionNormalization.forward(x)).chunk(3, -1);
        var here = positions.view(-1, 1, 1).expand(-1, 1, x.shape[1]);
        keys.scatter_(1, here, parts[1].unsqueeze(1));
        values.scatter_(1, here, parts[2].unsqueeze(1));
        var known = arange(keys.shape[1], device: x.device).le(positions.unsqueeze(1)); // [batch, T]
        var attended = nn.functional.scaled_dot_product_attention(
            Split(parts[0].unsqueeze(1)), Split(keys), Split(values), attn_mask: known.view(-1, 1, 1, keys.shape[1]));
        x += Product(_attentionOutput, Join(attended).squeeze(1));
        return x + FeedForward(x);
    }

    private Tensor FeedForward(Tensor x) =>
        Product(_feedForwardOutput, nn.functional.gelu(Product(_feedForwardInput, _feedForwardNormalization.forward(x))));

    private Tensor Product(Linear layer, Tensor x) => Precision == MatrixPrecision.BFloat16
        ? x.to(bfloat16).matmul(layer.weight!.to(bfloat16).t()).to(x.dtype) + layer.bias!
        : layer.forward(x);

    private Tensor Split(Tensor x) => x.view(x.shape[0], x.shape[1], _heads, -1).transpose(1, 2); // [batch, heads, time, width / heads]

    private static Tensor Join(Tensor x) => x.transpose(1, 2).flatten(2); // [batch, time, width]
}
