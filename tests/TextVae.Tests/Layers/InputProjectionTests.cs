using TextVae.Kernels;
using TextVae.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace TextVae.Tests.Layers;

public class InputProjectionTests
{
    private static InputProjection Layer()
    {
        var layer = new InputProjection(features: 20, vocabulary: 9, outputs: 30);
        using var generator = new Generator(1);
        Initialization.Initialize(layer, generator);
        return layer;
    }

    [Fact]
    public void It_is_the_product_of_features_beside_a_one_hot_token()
    {
        using var scope = NewDisposeScope();
        var layer = Layer();
        var (features, tokens) = (randn(4, 3, 20), randint(0, 9, [4, 3], dtype: int64));
        var weights = layer.state_dict();
        var x = cat([features, nn.functional.one_hot(tokens, 9).to(float32)], -1);

        var expected = x.matmul(cat([weights["features.weight"].t(), weights["tokens.weight"]])) + weights["bias"];

        Assert.True(allclose(expected, layer.forward(features, tokens), rtol: 1e-4, atol: 1e-5));
        Assert.True(allclose(weights["tokens.weight"][tokens] + weights["bias"], layer.forward(null, tokens), rtol: 1e-5, atol: 1e-6));
    }

    // Whatever the size of the vocabulary, and with an embedding or without; packed for a kernel or whole.
    [Theory]
    [InlineData(9, 7)]
    [InlineData(700, null)]
    [InlineData(700, 7)]
    public void Embeddings_and_large_vocabularies_are_products_of_one_hot_tokens_too(int vocabulary, int? embedding)
    {
        using var scope = NewDisposeScope();
        var layer = new InputProjection(features: 20, vocabulary, outputs: 30, embedding);
        using var generator = new Generator(1);
        Initialization.Initialize(layer, generator);
        layer.to(float64);
        var (features, tokens, by) = (randn([12, 20], float64), randint(vocabulary - 5, vocabulary, [12], dtype: int64), randn([12, 30], float64));
        var weights = layer.named_parameters().ToDictionary(named => named.name, named => named.parameter.clone().detach().requires_grad_());
        var rows = embedding is null ? weights["tokens.weight"] : weights["tokens.weight"].mm(weights["projection.weight"].t());
        var expected = features.mm(weights["features.weight"].t()) + nn.functional.one_hot(tokens, vocabulary).to(float64).mm(rows) + weights["bias"];
        (expected * by).sum().backward();

        foreach (var output in new[] { layer.forward(features.view(4, 3, 20), tokens.view(4, 3)).view(12, 30), layer.Parts(features, tokens).Sum() })
        {
            layer.zero_grad();
            (output * by).sum().backward();
            Assert.True(output.allclose(expected, 1e-9, 1e-9));
            Assert.True(layer.TokenRows()[tokens].allclose(layer.forward(null, tokens), 1e-9, 1e-9));
            foreach (var (name, parameter) in layer.named_parameters())
            {
                var gradient = parameter.grad!.is_sparse ? parameter.grad.to_dense() : parameter.grad;
                Assert.True(gradient.allclose(weights[name].grad!, 1e-9, 1e-9), name);
            }
        }
    }

    [Fact]
    public void In_bfloat16_outputs_and_gradients_are_those_of_float32_but_for_rounding()
    {
        using var scope = NewDisposeScope();
        var layer = Layer();
        var (start, tokens, gradient) = (randn(40, 3, 20), randint(0, 9, [40, 3], dtype: int64), randn(40, 3, 30));
        List<Tensor> Results(MatrixPrecision precision)
        {
            layer.Precision = precision;
            layer.zero_grad();
            var features = start.clone().requires_grad_();
            var output = layer.forward(features, tokens);
            output.backward([gradient]);
            return [output.detach(), features.grad!, .. layer.parameters().Select(parameter => parameter.grad!.clone())];
        }
        foreach (var (exact, rounded) in Results(MatrixPrecision.Float32).Zip(Results(MatrixPrecision.BFloat16)))
        {
            Assert.InRange(((exact - rounded).norm() / exact.norm()).item<float>(), 0, 0.02);
        }
    }
}
