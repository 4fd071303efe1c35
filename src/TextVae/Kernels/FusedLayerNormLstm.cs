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

    /// <summary>The recurrent product of a layer, which all steps without gradients can share.</summary>
    public static StepProduct Prepare(Tensor weight, MatrixPrecision precision) =>
        new(weight.detach().to(precision == MatrixPrecision.BFloat16 ? bfloat16 : float32));

    /// <summary>The hidden states [time, batch, hidden] and, if it is wanted, the last cell [batch, hidden].</summary>
    public static (Tensor Outputs, Tensor? Cell) Unroll(
        ProjectedInput input, Tensor weight, Tensor gain, Tensor shift, Tensor? hidden, Tensor? cell, MatrixPrecision precision, bool wantsCell)
    {
        using var scope = NewDisposeScope(); // autograd keeps what backward needs; the handles to it go here
        List<Tensor> results;
        Tensor?[] tensors = [input.Product, input.Rows, weight, gain, shift, hidden, cell];
        if (is_grad_enabled() && tensors.Any(tensor => tensor?.requires_grad == true))
        {
            results = Function.apply([.. tensors!, input.Tokens!, precision, wantsCell]);
        }
        else
        {
            var sequence = new LstmSequence(input, gain, shift, hidden, cell, Prepare(weight, precision), forBackward: false);
            results = Results(sequence, wantsCell);
        }
        return (results[0].MoveToOuterDisposeScope(), results.ElementAtOrDefault(1)?.MoveToOuterDisposeScope());
    }

    // TorchSharp counts the missing gradient of an output that nobody uses as a tensor alive for ever.
    private static List<Tensor> Results(LstmSequence sequence, bool wantsCell) =>
        wantsCell ? [sequence.Outputs, sequence.LastCell] : [sequence.Outputs];

    private sealed class Function : autograd.MultiTensorFunction<Function>
    {
        public override string Name => nameof(FusedLayerNormLstm);

        public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
        {
            ctx.set_materialize_grads(false);
            var input = new ProjectedInput(vars[0] as Tensor, vars[1] as Tensor, vars[7] as Tensor);
            var sequence = new LstmSequence(
                input, (Tensor)vars[3], (Tensor)vars[4], vars[5] as Tensor, vars[6] as Tensor,
                Prepare((Tensor)vars[2], (MatrixPrecision)vars[8]), forBackward: true);
            ctx.save_for_backward([.. sequence.Saved, input.Rows!, input.Product is null ? null! : empty(0)]);
            return Results(sequence, (bool)vars[9]);
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
        {
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            var saved = ctx.get_saved_variables();
            var (rows, product) = (saved[^2], saved[^1]);
            var gradient = new LstmSequenceGradient(saved, rows?.shape[0] ?? 1, Defined(grad_outputs[0]), Defined(grad_outputs.ElementAtOrDefault(1)));
            List<Tensor?> results =
            [
                product is null ? null : gradient.Product, rows is null ? null : gradient.Rows(),
                gradient.Weight(), gradient.Gain(), gradient.Shift(), gradient.Hidden(), gradient.Cell,
            ];
            results.ForEach(result => result?.MoveToOuterDisposeScope());
            return [.. results.Select(result => result!), null!, null!, null!]; // tokens, and two inputs that are no tensors
        }

        private static Tensor? Defined(Tensor? gradient) => gradient is null || gradient.IsInvalid ? null : gradient;
    }
}

/// <summary>x_t W + b in its two summands, for layers that add them where they need them.</summary>
/// <param name="Product">The features' part, [..., outputs], bfloat16 if the product is; null where there are no features.</param>
/// <param name="Rows">The bias and the token's part for each token there is, [vocabulary, outputs]; null where there are no tokens.</param>
/// <param name="Tokens">Which row to take, [...], int64.</param>
internal sealed record ProjectedInput(Tensor? Product, Tensor? Rows = null, Tensor? Tokens = null)
{
    /// <summary>The sum, [..., outputs].</summary>
    public Tensor Sum()
    {
        var looked = Rows?.index_select(0, Tokens!.flatten()).view([.. Tokens!.shape, -1]);
        return (Product, looked) switch
        {
            (null, _) => looked!,
            (_, null) => Product,
            _ => Product.to(looked.dtype).Plus(looked),
        };
    }
}
