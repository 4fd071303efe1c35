using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TextVae.Models;

/// <summary>The fully feed-forward model's decoder (paper figure 2a): a linear classifier on the features of each position.</summary>
internal sealed class ParallelDecoder : Decoder
{
    [ComponentName(Name = "output")]
    private readonly TorchSharp.Modules.Linear _output;

    internal ParallelDecoder(ModelShape shape, int features)
        : base(nameof(ParallelDecoder))
    {
        _output = nn.Linear(features, shape.Vocabulary);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Conditioning given, Tensor previous) => _output.forward(given.Features!); // [batch, time, vocabulary]

    /// <inheritdoc/>
    public override IncrementalDecoder Begin(Conditioning given, int batch) => new Incremental(_output.forward(given.Features!));

    private sealed class Incremental(Tensor logits) : IncrementalDecoder
    {
        private int _position;

        public override Tensor Next(Tensor previous) => logits.select(1, _position++); // [batch, vocabulary]

        public override IEnumerable<Tensor> State => [];

        protected override IEnumerable<Tensor> Prepared => [logits];

        public override void Keep(Tensor rows) => logits = logits.index_select(0, rows);
    }
}

/// <summary>The fully feed-forward model's decoder; it has no sizes of its own.</summary>
public sealed record ParallelDecoderConfig : DecoderConfig
{
    /// <inheritdoc/>
    public override bool IsAutoregressive => false;

    /// <inheritdoc/>
    internal override Decoder Build(ModelShape shape, int features) => new ParallelDecoder(shape, features);

    /// <inheritdoc/>
    internal override ProductCount Count(ModelShape shape, int features) => ProductCount.Of(features, shape.Vocabulary, shape.Length);

    /// <inheritdoc/>
    public override void Validate()
    {
    }
}
