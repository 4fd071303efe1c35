using TextVae.Kernels;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TextVae.Layers;

/// <summary>Logits of packed positions: as they are, or as the layer that makes them, so that many need never be in memory together.</summary>
internal sealed class PackedLogits
{
    private readonly Linear? _layer;
    private readonly Tensor? _input;
    private readonly MatrixPrecision _precision;
    private Tensor? _all;

    /// <param name="logits">[positions, vocabulary].</param>
    public PackedLogits(Tensor logits) => _all = logits;

    /// <param name="layer">From an input to logits, with a bias.</param>
    /// <param name="input">[positions, inputs].</param>
    /// <param name="precision">The arithmetic of the gradients' products.</param>
    public PackedLogits(Linear layer, Tensor input, MatrixPrecision precision = MatrixPrecision.Float32) =>
        (_layer, _input, _precision) = (layer, input, precision);

    /// <summary>All of them, [positions, vocabulary].</summary>
    public Tensor All() => _all ??= RoundedGradientLinear.Apply(_layer!, _input!, _precision);

    /// <summary>The cost of each text where they are too many to keep (<see cref="LinearLikelihood"/>); null where they are not.</summary>
    /// <param name="tokens">Ids, [positions], int64.</param>
    /// <param name="positions">Which text each position belongs to.</param>
    /// <param name="free">The id that costs nothing; -1 for none.</param>
    public Tensor? NatsOfMany(Tensor tokens, PackedPositions positions, long free) =>
        _all is null && CpuFloat32.Holds(_input, _layer!.weight) && _input!.size(0) * _layer.weight!.size(0) > LinearLikelihood.MostLogits
            ? LinearLikelihood.Nats(_layer, _input, tokens, positions, free, _precision)
            : null;
}
