using TorchSharp.Modules;
using static TextVae.Platform.TensorArithmetic;
using static TorchSharp.torch;

namespace TextVae.Kernels;

/// <summary>
/// BatchNorm(x + bias), perhaps followed by ReLU, in training, on the CPU: by the batch's own mean and variance, which enter the
/// running ones. Where workers share the batch (<see cref="WorkerTeam"/>), mean and variance are those of all its texts.
/// </summary>
/// <remarks>The bias cannot change the output; it moves the running mean, which evaluation uses.</remarks>
internal static class FusedBatchNorm
{
    /// <summary>Whether so many rows can be normalised by their own mean and variance: of one alone there is no variance.</summary>
    public static bool Serves(long rows) => WorkerTeam.Current is not null || rows > 1;

    /// <summary>ReLU of the normalised columns.</summary>
    /// <param name="input">[..., columns], float32 or bfloat16; at least two rows.</param>
    /// <param name="bias">What evaluation adds to the input, [columns]; null for nothing.</param>
    /// <param name="normalization">Its running statistics are updated.</param>
    /// <returns>[..., columns], float32.</returns>
    public static Tensor Relu(Tensor input, Tensor? bias, BatchNorm1d normalization) => Apply(input, bias, normalization, floor: 0);

    /// <summary>The normalised columns; as above.</summary>
    public static Tensor Normalize(Tensor input, Tensor? bias, BatchNorm1d normalization) => Apply(input, bias, normalization, float.NegativeInfinity);

    /// <summary>One batch more has entered the running statistics; of workers, one says so.</summary>
    public static void CountBatch(BatchNorm1d normalization)
    {
        if (WorkerTeam.Current is null or { Number: 0 })
        {
            using var noGradient = no_grad();
            normalization.num_batches_tracked!.add_(One, One);
        }
    }

    private static Tensor Apply(Tensor input, Tensor? bias, BatchNorm1d normalization, float floor)
    {
        using var scope = NewDisposeScope();
        CountBatch(normalization);
        var columns = input.size(-1);
        return Function.apply(
            input, bias ?? zeros(columns), normalization.weight ?? ones(columns), normalization.bias ?? zeros(columns),
            normalization.running_mean!, normalization.running_var!,
            (float)normalization.eps, (float)(normalization.momentum ?? 0.1), floor).MoveToOuterDisposeScope();
    }

    private sealed class Function : autograd.SingleTensorFunction<Function>
    {
        public override string Name => nameof(FusedBatchNorm);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var input = ((Tensor)vars[0]).contiguous();
            var (gain, shift, floor) = ((Tensor)vars[2], (Tensor)vars[3], (float)vars[8]);
            var columns = new BatchNormColumns(input, gain, shift, floor, empty(2, input.size(-1)));
            var (output, rows) = columns.Forward((Tensor)vars[1], (Tensor)vars[4], (Tensor)vars[5], (float)vars[6], (float)vars[7]);
            ctx.save_for_backward([input, gain, shift, columns.Statistics]);
            ctx.save_data("batch", (rows, floor));
            return output;
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            var saved = ctx.get_saved_variables();
            var (rows, floor) = ((long, float))ctx.get_data("batch");
            var columns = new BatchNormColumns(saved[0], saved[1], saved[2], floor, saved[3]) { Rows = rows };
            var (input, parameters) = columns.Backward(grad_output.contiguous(), saved[0].dtype);
            List<Tensor> results = [input, .. parameters.unbind(0)];
            results.ForEach(result => result.MoveToOuterDisposeScope());
            return [.. results, null!, null!, null!, null!, null!];
        }
    }
}
