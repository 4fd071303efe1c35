using TextVae.Kernels;
using TextVae.Layers;
using TextVae.Storage;
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
    internal override PackedLogits Packed(Conditioning given, Tensor? features, Tensor previous, PackedPositions positions) => new(_output, features!);

    /// <inheritdoc/>
    public override PreparedDecoder Prepare() => new((given, _) => new Incremental(_output.forward(given.Features!.to(_output.weight!.dtype))), []);

    private sealed class Incremental(Tensor logits) : IncrementalDecoder([], [logits])
    {
        public override Tensor Next(long[] previous, long[] positions) => At(Given[0], positions); // [batch, vocabulary]
    }
}

/// <summary>The fully feed-forward model's decoder; it has no sizes of its own.</summary>
public sealed record ParallelDecoderConfig : DecoderConfig
{
    /// <inheritdoc/>
    public override bool IsAutoregressive => false;

    /// <inheritdoc/>
    public override Decoder Build(ModelShape shape, int features) => new ParallelDecoder(shape, features);

    /// <inheritdoc/>
    public override IEnumerable<TensorShape> Tensors(ModelShape shape, int features) => TensorShapes.Linear("output", features, shape.Vocabulary);

    /// <inheritdoc/>
    public override ProductCount? Count(ModelShape shape, int features) => ProductCount.Of(features, shape.Vocabulary, shape.Length);

    /// <inheritdoc/>
    public override void Validate()
    {
    }
}
