using static TextVae.Platform.TensorArithmetic;
using static TorchSharp.torch;

namespace TextVae.Kernels;

/// <summary>
/// A layer-normalised LSTM over a whole sequence on the CPU: each step is one matrix product and one pass over each row
/// (<see cref="LstmForwardRow{T}"/>); backward likewise, and the gradient of W_h is one product for all steps.
/// The result depends on the inputs and the number of threads alone, to the last bit.
/// </summary>
internal static class FusedLayerNormLstm
{
    /// <summary>Added to the variance of the pre-activations (released settings).</summary>
    public const double Epsilon = 1e-4;

    /// <summary>The hidden states [positions, hidden].</summary>
    public static Tensor Unroll(
        ProjectedInput input, PackedPositions positions, Tensor weight, Tensor gain, Tensor shift, Tensor? hidden, Tensor? cell, MatrixPrecision precision)
    {
        using var scope = NewDisposeScope(); // autograd keeps what backward needs; the handles to it go here
        Tensor?[] tensors = [input.Product, input.Rows, weight, gain, shift, hidden, cell];
        var outputs = is_grad_enabled() && tensors.Any(tensor => tensor?.requires_grad == true)
            ? Function.apply([.. tensors!, input.Tokens!, positions, precision])
            : new LstmSequence(input, positions, gain, shift, hidden, cell, BlockedMatrix.Of(weight.detach(), transposed: false, precision, shared: true), forBackward: false).Outputs;
        return outputs.MoveToOuterDisposeScope();
    }

    private sealed class Function : autograd.SingleTensorFunction<Function>
    {
        public override string Name => nameof(FusedLayerNormLstm);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var (input, positions) = (new ProjectedInput(vars[0] as Tensor, vars[1] as Tensor, vars[7] as Tensor), (PackedPositions)vars[8]);
            var (weight, precision) = ((Tensor)vars[2], (MatrixPrecision)vars[9]);
            var sequence = new LstmSequence(
                input, positions, (Tensor)vars[3], (Tensor)vars[4], vars[5] as Tensor, vars[6] as Tensor,
                BlockedMatrix.Of(weight, transposed: false, precision, shared: true), forBackward: true);
            ctx.save_for_backward([.. sequence.Saved, weight]);
            ctx.save_data("shape", new Shape(positions, input.Product is not null, input.Rows?.size(0), HasHidden: vars[5] is not null, precision));
            return sequence.Outputs;
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            var shape = (Shape)ctx.get_data("shape");
            var saved = ctx.get_saved_variables();
            var step = BlockedMatrix.Of(saved[^1], transposed: true, shape.Precision, shared: true);
            var gradient = new LstmSequenceGradient(saved, step, shape.Positions, shape.HasHidden, shape.TokenRows ?? 1, grad_output);
            List<Tensor?> results =
            [
                shape.HasProduct ? gradient.Product : null, shape.TokenRows is null ? null : gradient.Rows(),
                gradient.Weight(), gradient.Gain(), gradient.Shift(), gradient.Hidden(), gradient.Cell,
            ];
            results.ForEach(result => result?.MoveToOuterDisposeScope());
            return [.. results.Select(result => result!), null!, null!, null!]; // tokens, and two inputs that are no tensors
        }

        private sealed record Shape(PackedPositions Positions, bool HasProduct, long? TokenRows, bool HasHidden, MatrixPrecision Precision);
    }
}

/// <summary>x_t W + b in its two summands, for layers that add them where they need them.</summary>
/// <param name="Product">The features' part, [positions, outputs], bfloat16 if the product is; null where there are no features.</param>
/// <param name="Rows">The bias and the token's part for each token that occurs, [tokens, outputs]; null where there are no tokens.</param>
/// <param name="Tokens">Which row to take, [positions], int64.</param>
internal sealed record ProjectedInput(Tensor? Product, Tensor? Rows = null, Tensor? Tokens = null)
{
    /// <summary>The sum, [positions, outputs].</summary>
    public Tensor Sum()
    {
        var looked = Rows?.index_select(0, Tokens!);
        return (Product, looked) switch
        {
            (null, _) => looked!,
            (_, null) => Product,
            _ => Product.to(looked.dtype).Plus(looked),
        };
    }
}
