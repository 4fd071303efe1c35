using BenchmarkDotNet.Attributes;
using TextVae.Kernels;
using TextVae.Layers;
using static TorchSharp.torch;

namespace TextVae.Benchmarks;

/// <summary>Forward and backward of what enters the hybrid's LSTM: features beside a one-hot token.</summary>
public class InputProjectionBenchmarks
{
    private const int Features = 200;
    private const int Vocabulary = 53;

    private InputProjection _layer = null!;
    private Tensor _features = null!; // [time, batch, features]
    private Tensor _tokens = null!; // [time, batch]
    private Tensor _gradient = null!; // [time, batch, 4 hidden]

    [ParamsSource(nameof(All))]
    public SequenceSize Size { get; set; } = SequenceSize.PennTreebank;

    public static IEnumerable<SequenceSize> All => SequenceSize.All;

    [GlobalSetup]
    public void Prepare()
    {
        _layer = new InputProjection(Features, Vocabulary, 4 * Size.Hidden);
        _features = randn(Size.Time, Size.Batch, Features).requires_grad_();
        _tokens = randint(0, Vocabulary, [Size.Time, Size.Batch], dtype: ScalarType.Int64);
        _gradient = randn(Size.Time, Size.Batch, 4 * Size.Hidden);
    }

    [Benchmark(Baseline = true)]
    public void ProductAndLookup() => Run(MatrixPrecision.Float32, () => _layer.forward(_features, _tokens));

    [Benchmark]
    public void ProductAndLookupBFloat16() => Run(MatrixPrecision.BFloat16, () => _layer.forward(_features, _tokens));

    [Benchmark]
    public void OneProductBFloat16() => Run(MatrixPrecision.BFloat16, OneProduct);

    private Tensor OneProduct()
    {
        var parameters = _layer.named_parameters().ToDictionary(named => named.name, named => named.parameter);
        var oneHot = nn.functional.one_hot(_tokens, Vocabulary).to(bfloat16);
        var weights = cat([parameters["features.weight"].t(), parameters["tokens.weight"]]).to(bfloat16);
        return cat([_features.to(bfloat16), oneHot], -1).matmul(weights).to(float32) + parameters["bias"];
    }

    private void Run(MatrixPrecision precision, Func<Tensor> outputs)
    {
        _layer.Precision = precision;
        Backward.Of(outputs, _gradient, _layer, _features);
    }
}
