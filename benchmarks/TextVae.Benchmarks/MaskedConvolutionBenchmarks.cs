using BenchmarkDotNet.Attributes;
using TextVae.Kernels;
using TextVae.Layers;
using static TorchSharp.torch;

namespace TextVae.Benchmarks;

/// <summary>Forward and backward of one layer of <c>ptb-bytenet</c>'s decoder.</summary>
public class MaskedConvolutionBenchmarks
{
    private const int Batch = 64;
    private const int Time = 60;
    private const int Channels = 256;

    private MaskedConvolution _layer = null!;
    private Tensor _input = null!; // [batch, time, channels]
    private Tensor _gradient = null!;

    [GlobalSetup]
    public void Prepare()
    {
        _layer = new MaskedConvolution(Channels);
        _input = randn(Batch, Time, Channels).requires_grad_();
        _gradient = randn(Batch, Time, Channels);
    }

    [Benchmark(Baseline = true)]
    public void Plain() => Backward.Of(() => _layer.Plain(_input), _gradient, _layer, _input);

    [Benchmark]
    public void Fast() => Run(MatrixPrecision.Float32);

    [Benchmark]
    public void FastBFloat16() => Run(MatrixPrecision.BFloat16);

    private void Run(MatrixPrecision precision)
    {
        _layer.Precision = precision;
        Backward.Of(() => _layer.forward(_input), _gradient, _layer, _input);
    }
}
