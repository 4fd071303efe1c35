using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TextVae.Kernels;

/// <summary>
/// ReLU(BatchNorm(convolution + bias)) in training on the CPU as one operation each way: windows of the input, one product, and the
/// columns of <see cref="BatchNormColumns"/>, whose mean and variance are those of all texts where workers share the batch.
/// </summary>
internal static class FusedConvolution
{
    /// <summary>Applies it; the batch's statistics enter the running ones.</summary>
    /// <param name="input">[batch, time, channels], float32.</param>
    /// <param name="kind">Which convolution.</param>
    /// <param name="weight">Its weights.</param>
    /// <param name="bias">Its bias, [outputs].</param>
    /// <param name="normalization">Of the outputs.</param>
    /// <param name="precision">Of the products.</param>
    /// <returns>[batch, time of the output, outputs], float32.</returns>
    public static Tensor Relu(Tensor input, ConvolutionWeights kind, Tensor weight, Tensor bias, BatchNorm1d normalization, MatrixPrecision precision)
    {
        using var scope = NewDisposeScope();
        FusedBatchNorm.CountBatch(normalization);
        return Function.apply(
            input, weight, bias, normalization.weight!, normalization.bias!, normalization.running_mean!, normalization.running_var!,
            new Settings(kind, precision, (float)normalization.eps, (float)(normalization.momentum ?? 0.1))).MoveToOuterDisposeScope();
    }

    private sealed record Settings(ConvolutionWeights Kind, MatrixPrecision Precision, float Epsilon, float Momentum)
    {
        public ScalarType Type => Precision == MatrixPrecision.BFloat16 ? bfloat16 : float32;
    }

    private sealed class Function : autograd.SingleTensorFunction<Function>
    {
        public override string Name => nameof(FusedConvolution);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            using var scope = NewDisposeScope();
            var (input, settings) = (((Tensor)vars[0]).contiguous(), (Settings)vars[7]);
            var windows = settings.Kind.Windows.Gather(input, settings.Type); // [batch, windows, inputs]
            var matrix = settings.Kind.Matrix(((Tensor)vars[1]).contiguous());
            var sums = BlockedMatrix.Of(matrix, transposed: false, settings.Precision, shared: true).Multiply(windows);
            sums = sums.view(sums.size(0), sums.size(1) * settings.Kind.Positions, -1); // [batch, time, outputs]
            var (gain, shift) = ((Tensor)vars[3], (Tensor)vars[4]);
            var columns = new BatchNormColumns(sums, gain, shift, floor: 0, empty(2, sums.size(2)));
            var (output, rows) = columns.Forward((Tensor)vars[2], (Tensor)vars[5], (Tensor)vars[6], settings.Epsilon, settings.Momentum);
            ctx.save_for_backward([windows.MoveToOuterDisposeScope(), matrix.MoveToOuterDisposeScope(), sums.MoveToOuterDisposeScope(), gain, shift, columns.Statistics.MoveToOuterDisposeScope()]);
            ctx.save_data("batch", (settings, rows, input.size(1)));
            return output.MoveToOuterDisposeScope();
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            var saved = ctx.get_saved_variables();
            var (windows, matrix) = (saved[0], saved[1]);
            var (settings, rows, time) = ((Settings, long, long))ctx.get_data("batch");
            var columns = new BatchNormColumns(saved[2], saved[3], saved[4], floor: 0, saved[5]) { Rows = rows };
            var (sums, parameters) = columns.Backward(grad_output.contiguous(), settings.Type);
            sums = sums.view(windows.size(0), windows.size(1), -1); // [batch, windows, outputs of its positions]
            var input = settings.Kind.Windows.Scatter<float>(BlockedMatrix.Of(matrix, transposed: true, settings.Precision, shared: true).Multiply(sums), time);
            var weight = settings.Kind.Gradient(BlockedMatrix.Gradient(windows.flatten(0, 1), sums.flatten(0, 1)));
            List<Tensor> results = [input, weight, .. parameters.unbind(0)];
            results.ForEach(result => result.MoveToOuterDisposeScope());
            return [.. results, null!, null!, null!];
        }
    }
}
