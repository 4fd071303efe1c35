using static TextVae.Platform.TensorArithmetic;
using static TorchSharp.torch;

namespace TextVae.Kernels;

/// <summary>
/// The rows of a table for the tokens that occur. Of a large table they are few, so that its gradient is a sparse tensor of
/// these rows alone: a dense one would be zeros nearly everywhere.
/// </summary>
internal static class SparseRows
{
    /// <summary>Of a table of so many rows most occur in each batch: it is taken whole, and its gradient is dense.</summary>
    public const int Few = 512;

    /// <summary>The rows of the tokens that occur, each once, and where each token finds its row.</summary>
    /// <param name="table">[vocabulary, columns].</param>
    /// <param name="tokens">Ids, [...], int64.</param>
    /// <returns>Rows [tokens that occur, columns], in the order of their ids, and the index among them, shaped like the tokens.</returns>
    public static (Tensor Rows, Tensor Index) Of(Tensor table, Tensor tokens)
    {
        if (table.size(0) <= Few)
        {
            return (table, tokens);
        }
        var (ids, index, _) = tokens.unique(return_inverse: true);
        var rows = is_grad_enabled() && table.requires_grad ? Function.apply(table, ids) : table.index_select(0, ids);
        return (rows, index!);
    }

    /// <summary>The row of each token.</summary>
    /// <param name="rows">[rows, columns].</param>
    /// <param name="index">Which row each has, [...], int64.</param>
    /// <returns>[..., columns].</returns>
    public static Tensor Spread(Tensor rows, Tensor index) => rows.index_select(0, index.flatten()).view([.. index.shape, rows.size(1)]);

    /// <summary>A sparse gradient.</summary>
    /// <param name="ids">Which rows it has, [rows], int64.</param>
    /// <param name="values">[rows, columns].</param>
    /// <param name="vocabulary">Rows of the table.</param>
    public static Tensor Gradient(Tensor ids, Tensor values, long vocabulary) =>
        sparse_coo_tensor(ids.unsqueeze(0), values, [vocabulary, values.size(1)]);

    /// <summary>Which rows a sparse gradient has, [rows], int64.</summary>
    public static Tensor Ids(Tensor gradient) => gradient.SparseIndices[0];

    /// <summary>The numbers of a gradient that need not be zero, which change with it: those of its rows, or all.</summary>
    public static Tensor Values(Tensor gradient) => gradient.is_sparse ? gradient.SparseValues : gradient;

    /// <summary>Adds sparse gradients of one table, in their order; each row is in the sum once.</summary>
    public static Tensor Sum(IReadOnlyList<Tensor> gradients)
    {
        var ids = gradients.Select(Ids).ToList();
        var (all, places, _) = cat(ids).unique(return_inverse: true);
        var first = gradients[0].SparseValues;
        var sums = zeros([all.size(0), first.size(1)], first.dtype, first.device);
        foreach (var (gradient, place) in gradients.Zip(places!.split([.. ids.Select(own => own.size(0))])))
        {
            sums.index_add_(0, place, gradient.SparseValues, One);
        }
        return Gradient(all, sums, gradients[0].size(0));
    }

    private sealed class Function : autograd.SingleTensorFunction<Function>
    {
        public override string Name => nameof(SparseRows);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var (table, ids) = ((Tensor)vars[0], (Tensor)vars[1]);
            ctx.save_for_backward([ids]);
            ctx.save_data("vocabulary", table.size(0));
            return table.index_select(0, ids);
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            var gradient = Gradient(ctx.get_saved_variables()[0], grad_output.contiguous(), (long)ctx.get_data("vocabulary"));
            return [gradient.MoveToOuterDisposeScope(), null!];
        }
    }
}
