using static TorchSharp.torch;

namespace TextVae.Kernels;

/// <summary>Some rows of a matrix, each once at most, float32 on the CPU. Torch's own gradient of this adds row by row.</summary>
internal static unsafe class PickedRows
{
    /// <summary>Picks rows.</summary>
    /// <param name="matrix">[rows, columns].</param>
    /// <param name="index">Which rows, no two the same, [picked], int64.</param>
    /// <returns>[picked, columns].</returns>
    public static Tensor Of(Tensor matrix, Tensor index) => is_grad_enabled() && matrix.requires_grad
        ? Function.apply(matrix, index)
        : Gather(matrix.contiguous(), index);

    private static Tensor Gather(Tensor matrix, Tensor index)
    {
        var picked = empty(index.size(0), matrix.size(1));
        Walk(matrix, index, (whole, row) => row.CopyTo(whole), picked);
        return picked;
    }

    private static Tensor Scatter(Tensor picked, Tensor index, long rows)
    {
        var matrix = zeros(rows, picked.size(1));
        Walk(matrix, index, (row, whole) => row.CopyTo(whole), picked);
        return matrix;
    }

    private delegate void Move(Span<float> picked, Span<float> row);

    private static void Walk(Tensor matrix, Tensor index, Move move, Tensor picked)
    {
        var (rows, columns) = (matrix.size(0), (int)matrix.size(1));
        var at = RowPointers<long>.Start(index);
        RowPointers<float> all = new(matrix), some = new(picked);
        ThreadTeam.Run((int)index.size(0), (from, to, _) =>
        {
            for (var row = from; row < to; row++)
            {
                var source = (int)TokenRows.Checked(at[row], rows);
                move(new Span<float>(some[0, row], columns), new Span<float>(all[0, source], columns));
            }
        });
    }

    private sealed class Function : autograd.SingleTensorFunction<Function>
    {
        public override string Name => nameof(PickedRows);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var (matrix, index) = ((Tensor)vars[0], (Tensor)vars[1]);
            ctx.save_for_backward([index]);
            ctx.save_data("rows", matrix.size(0));
            return Gather(matrix.contiguous(), index);
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            var gradient = Scatter(grad_output.contiguous(), ctx.get_saved_variables()[0], (long)ctx.get_data("rows"));
            return [gradient.MoveToOuterDisposeScope(), null!];
        }
    }
}
