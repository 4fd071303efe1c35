using static TorchSharp.torch;

namespace TextVae.Benchmarks;

/// <summary>One forward and one backward pass, which leave nothing behind.</summary>
internal static class Backward
{
    public static void Of(Func<Tensor> outputs, Tensor gradient, nn.Module layer, Tensor input)
    {
        using var scope = NewDisposeScope();
        outputs().backward([gradient]);
        input.grad = null;
        layer.zero_grad(set_to_none: true);
    }
}
