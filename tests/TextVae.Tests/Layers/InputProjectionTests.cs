using TextVae.Kernels;
using TextVae.Layers;
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
