using TextVae.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace TextVae.Kernels;

/// <summary>
/// <see cref="LayerNormLstm"/> over a whole sequence on the CPU: each step is one matrix product and one pass over each row
/// (<see cref="LstmForwardRow{T}"/>); backward likewise, and the gradient of W_h is one product for all steps.
/// The result depends on the inputs and the number of threads alone, to the last bit.
/// </summary>
internal static class FusedLayerNormLstm
{
    /// <summary>Whether this implementation can run on these tensors (null: zeros).</summary>
    public static bool Serves(params ReadOnlySpan<Tensor?> tensors)
    {
        foreach (var tensor in tensors)
        {
            if (tensor is not null && (tensor.device_type != DeviceType.CPU || tensor.dtype != ScalarType.Float32))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>The hidden states [time, batch, hidden] and, if it is wanted, the last cell [batch, hidden].</summary>
    public static (Tensor Outputs, Tensor? Cell) Unroll(
        Tensor projected, Tensor weight, Tensor gain, Tensor shift, Tensor? hidden, Tensor? cell, MatrixPrecision precision, bool wantsCell)
    {
        using var scope = NewDisposeScope(); // autograd keeps what backward needs; the handles to it go here
        List<Tensor> results;
        if (is_grad_enabled() && (projected.requires_grad || weight.requires_grad || hidden?.requires_grad == true || cell?.requires_grad == true))
        {
            results = Function.apply(projected, weight, gain, shift, hidden!, cell!, precision, wantsCell);
        }
        else
        {
            var sequence = new LstmSequence(projected, weight, gain, shift, hidden, cell, precision, forBackward: false);
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
            var sequence = new LstmSequence(
                (Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (Tensor)vars[3], vars[4] as Tensor, vars[5] as Tensor,
                (MatrixPrecision)vars[6], forBackward: true);
            ctx.save_for_backward(sequence.Saved);
            return Results(sequence, (bool)vars[7]);
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
        {
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            var gradient = new LstmSequenceGradient(ctx.get_saved_variables(), Defined(grad_outputs[0]), Defined(grad_outputs.ElementAtOrDefault(1)));
            List<Tensor?> results = [gradient.Projected, gradient.Weight(), gradient.Gain, gradient.Shift, gradient.Hidden, gradient.Cell];
            results.ForEach(result => result?.MoveToOuterDisposeScope());
            return [.. results.Select(result => result!), null!, null!]; // the last two inputs are no tensors
        }

        private static Tensor? Defined(Tensor? gradient) => gradient is null || gradient.IsInvalid ? null : gradient;
    }
}
