using static TextVae.Platform.TensorArithmetic;
using static TorchSharp.torch;

namespace TextVae.Kernels;

/// <summary>
/// ReLU(BatchNorm(x + bias)) in training, on the CPU: by the batch's own mean and variance, which enter the running ones.
/// </summary>
/// <remarks>The bias cannot change the output; it moves the running mean, which evaluation uses.</remarks>
internal static class FusedBatchNorm
{
    /// <summary>Normalises each column.</summary>
    /// <param name="input">[..., columns], float32 or bfloat16; at least two rows.</param>
    /// <param name="bias">What evaluation adds to the input, [columns].</param>
    /// <param name="normalization">Its running statistics are updated.</param>
    /// <returns>[..., columns], float32.</returns>
    public static Tensor Relu(Tensor input, Tensor bias, TorchSharp.Modules.BatchNorm1d normalization)
    {
        using var scope = NewDisposeScope();
        using (no_grad())
        {
            normalization.num_batches_tracked!.add_(One, One);
        }
        return Function.apply(
            input, bias, normalization.weight!, normalization.bias!, normalization.running_mean!, normalization.running_var!,
            (float)normalization.eps, (float)(normalization.momentum ?? 0.1)).MoveToOuterDisposeScope();
    }

    private sealed class Function : autograd.SingleTensorFunction<Function>
    {
        public override string Name => nameof(FusedBatchNorm);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var input = ((Tensor)vars[0]).contiguous();
            var (gain, shift) = ((Tensor)vars[2], (Tensor)vars[3]);
            var columns = new BatchNormColumns(input, gain, shift, empty(2, input.shape[^1]));
            var output = columns.Forward((Tensor)vars[1], (Tensor)vars[4], (Tensor)vars[5], (float)vars[6], (float)vars[7]);
            ctx.save_for_backward([input, gain, shift, columns.Statistics]);
            return output;
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            var saved = ctx.get_saved_variables();
            var (input, parameters) = new BatchNormColumns(saved[0], saved[1], saved[2], saved[3]).Backward(grad_output.contiguous());
            List<Tensor> results = [input, .. parameters.unbind(0)];
            results.ForEach(result => result.MoveToOuterDisposeScope());
            return [.. results, null!, null!, null!, null!];
        }
    }
}
