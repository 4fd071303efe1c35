using static TorchSharp.torch;

namespace TextVae.Kernels;

/// <summary>
/// A linear layer whose outputs are exact, as logits should be, and whose gradients come from bfloat16 products: two of
/// the three products of a training step.
/// </summary>
internal static class RoundedGradientLinear
{
    /// <summary>Applies a layer; where there is a gradient, by torch's own operations unless its products are of bfloat16.</summary>
    /// <param name="layer">It has a bias.</param>
    /// <param name="input">[..., inputs].</param>
    /// <param name="precision">The arithmetic of the gradients' products.</param>
    /// <returns>[..., outputs].</returns>
    public static Tensor Apply(TorchSharp.Modules.Linear layer, Tensor input, MatrixPrecision precision)
    {
        if (!CpuFloat32.Holds(input, layer.weight) || (is_grad_enabled() && precision != MatrixPrecision.BFloat16))
        {
            return layer.forward(input);
        }
        if (!is_grad_enabled())
        {
            return Product(input, layer.weight!, layer.bias!);
        }
        using var scope = NewDisposeScope();
        var output = Function.apply(input.flatten(0, -2), layer.weight!, layer.bias!); // [rows, outputs]
        return output.view([.. input.shape[..^1], -1]).MoveToOuterDisposeScope();
    }

    private static Tensor Product(Tensor input, Tensor weight, Tensor bias)
    {
        using var scope = NewDisposeScope();
        return BlockedMatrix.Of(weight, transposed: true, MatrixPrecision.Float32).Multiply(input, bias).MoveToOuterDisposeScope();
    }

    private sealed class Function : autograd.SingleTensorFunction<Function>
    {
        public override string Name => nameof(RoundedGradientLinear);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var (input, weight, bias) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2]);
            ctx.save_for_backward([input, weight]);
            return Product(input, weight, bias);
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            var saved = ctx.get_saved_variables();
            var gradient = grad_output.to(bfloat16);
            List<Tensor> results =
            [
                gradient.mm(saved[1].to(bfloat16)).to(float32),
                gradient.t().mm(saved[0].to(bfloat16)).to(float32),
                grad_output.sum([0L]),
            ];
            results.ForEach(result => result.MoveToOuterDisposeScope());
            return results;
        }
    }
}
