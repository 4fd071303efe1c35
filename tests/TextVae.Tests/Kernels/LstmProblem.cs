using TextVae.Kernels;
using TextVae.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace TextVae.Tests.Kernels;

/// <summary>Through the layer as its users call it, or through its definition.</summary>
internal enum LstmPath
{
    Chosen,
    Plain,
}

/// <summary>What enters a layer-normalised LSTM.</summary>
internal enum LstmInput
{
    Product,
    Rows,
    ProductAndRows,
}

/// <summary>One random problem for a layer-normalised LSTM, texts of any lengths up to a time, and everything that a path through it computes.</summary>
internal sealed record LstmProblem(
    int Time, int Batch, int Hidden, bool FirstHidden, bool FirstCell, int Seed, LstmInput Input = LstmInput.ProductAndRows, bool Ragged = true)
{
    private const int Vocabulary = 5; // few, so that tokens occur again

    /// <summary>Outputs and the gradients of a random linear function of them, by name.</summary>
    public Dictionary<string, Tensor> Compute(LstmPath path, ScalarType type, MatrixPrecision precision = MatrixPrecision.Float32)
    {
        using var generator = new Generator((ulong)Seed);
        var layer = new LayerNormLstm(Hidden, precision, generator);
        Tensor Draw(params long[] shape) => randn(shape, generator: generator).to(type);
        foreach (var (name, parameter) in layer.named_parameters())
        {
            using var noGradient = no_grad();
            // Gains and shifts must not be 1 and 0, or their gradients' errors would hide.
            _ = name == "hidden_weight" ? parameter : parameter.add_(randn(parameter.shape, generator: generator) * 0.3);
        }
        _ = layer.to(type);
        var positions = new PackedPositions([.. Enumerable.Range(0, Batch).Select(text => Ragged ? 1 + (Seed + 7 * text) % Time : Time)], Time, CPU);
        var product = Input == LstmInput.Rows ? null : Draw(positions.Count, 4 * Hidden).requires_grad_();
        var rows = Input == LstmInput.Product ? null : Draw(Vocabulary, 4 * Hidden).requires_grad_();
        var tokens = rows is null ? null : randint(0, Vocabulary, [positions.Count], dtype: int64, generator: generator);
        var input = new ProjectedInput(product, rows, tokens);
        var hidden = FirstHidden ? Draw(Batch, Hidden).requires_grad_() : null;
        var cell = FirstCell ? Draw(Batch, Hidden).requires_grad_() : null;
        var outputs = path == LstmPath.Plain ? layer.UnrollPlain(input, positions, hidden, cell).Outputs : layer.forward(input, positions, hidden, cell);
        (outputs * Draw(positions.Count, Hidden)).sum().backward();

        var results = new Dictionary<string, Tensor> { ["outputs"] = outputs };
        foreach (var (name, parameter) in layer.named_parameters())
        {
            results[name] = parameter.grad!;
        }
        foreach (var (name, given) in new[] { ("product", product), ("rows", rows), ("hidden", hidden), ("cell", cell) })
        {
            if (given is not null)
            {
                results[name] = given.grad!;
            }
        }
        return results;
    }

    /// <summary>Each result's distance from the expected one, relative to the expected one's length.</summary>
    public static void AssertClose(Dictionary<string, Tensor> expected, Dictionary<string, Tensor> actual, double tolerance)
    {
        Assert.Equal(expected.Keys, actual.Keys);
        foreach (var (name, tensor) in expected)
        {
            var reference = tensor.detach().to(float64);
            var distance = (actual[name].detach().to(float64) - reference).norm().item<double>();
            var error = distance / (reference.norm().item<double>() + 1e-6);
            Assert.True(error <= tolerance, $"{name}: relative error {error:E1}, at most {tolerance:E1} expected");
        }
    }
}
