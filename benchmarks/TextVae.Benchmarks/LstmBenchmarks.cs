using BenchmarkDotNet.Attributes;
using TextVae.Kernels;
using TextVae.Layers;
using static TorchSharp.torch;

namespace TextVae.Benchmarks;

/// <summary>Forward and backward of one layer-normalised LSTM over a whole sequence.</summary>
public class LstmBenchmarks
{
    private LayerNormLstm _layer = null!;
    private PackedPositions _positions = null!;
    private Tensor _projected = null!; // [positions, 4 hidden]
    private Tensor _gradient = null!; // [positions, hidden]

    [ParamsSource(nameof(All))]
    public SequenceSize Size { get; set; } = SequenceSize.PennTreebank;

    public static IEnumerable<SequenceSize> All => SequenceSize.All;

    [GlobalSetup]
    public void Prepare()
    {
        _layer = new LayerNormLstm(Size.Hidden);
        _positions = PackedPositions.Everything(Size.Batch, Size.Time, CPU);
        _projected = randn(_positions.Count, 4 * Size.Hidden).requires_grad_();
        _gradient = randn(_positions.Count, Size.Hidden);
    }

    [Benchmark(Baseline = true)]
    public void PlainFloat32() => Run(MatrixPrecision.Float32, () => _layer.UnrollPlain(new ProjectedInput(_projected), _positions).Outputs);

    [Benchmark]
    public void FusedFloat32() => Run(MatrixPrecision.Float32, () => _layer.forward(new ProjectedInput(_projected), _positions));

    [Benchmark]
    public void FusedBFloat16() => Run(MatrixPrecision.BFloat16, () => _layer.forward(new ProjectedInput(_projected), _positions));

    private void Run(MatrixPrecision precision, Func<Tensor> outputs)
    {
        _layer.Precision = precision;
        Backward.Of(outputs, _gradient, _layer, _projected);
    }
}
