using static TorchSharp.torch;

namespace TextVae.Kernels;

/// <summary>
/// The sum of a <see cref="ProjectedInput"/> in one pass on the CPU, float32. In the gradient each token's row adds up what it
/// was added to, from the first position to the last.
/// </summary>
internal static unsafe class ProjectedSum
{
    /// <summary>The sum.</summary>
    /// <param name="input">It has tokens.</param>
    /// <returns>[positions, outputs].</returns>
    public static Tensor Of(ProjectedInput input)
    {
        using var scope = NewDisposeScope();
        return Function.apply(input.Rows!, input.Tokens!, input.Product!).MoveToOuterDisposeScope();
    }

    private static Tensor Add<T>(Tensor product, Tensor rows, Tensor tokens)
        where T : unmanaged
    {
        var (positions, size) = ((int)tokens.size(0), (int)rows.size(1));
        var sum = empty(positions, size);
        var (products, token, sums) = (new RowPointers<T>(product), new TokenRows(tokens, rows), new RowPointers<float>(sum));
        ThreadTeam.Run(positions, (from, to, _) =>
        {
            for (var position = from; position < to; position++)
            {
                T* a = products[0, position];
                float* b = token[position], target = sums[0, position];
                var k = 0;
                for (; k + ILanes.Width <= size; k += ILanes.Width)
                {
                    Add(default(WholeLanes), a + k, b + k, target + k);
                }
                if (k < size)
                {
                    Add(new PartLanes(size - k), a + k, b + k, target + k);
                }
            }
        });
        return sum;
    }

    private static Tensor RowsGradient(Tensor gradient, Tensor tokens, long vocabulary)
    {
        var (positions, size) = ((int)tokens.size(0), (int)gradient.size(1));
        var rows = zeros(vocabulary, size);
        var (token, gradients) = (new TokenRows(tokens, rows), new RowPointers<float>(gradient));
        ThreadTeam.RunColumns(size, column =>
        {
            for (var position = 0; position < positions; position++)
            {
                float* source = gradients[0, position] + column, target = token[position] + column;
                if (size - column >= ILanes.Width)
                {
                    Add(default(WholeLanes), source, target, target);
                }
                else
                {
                    Add(new PartLanes(size - column), source, target, target);
                }
            }
        });
        return rows;
    }

    private static void Add<T, TLanes>(TLanes lanes, T* a, float* b, float* target)
        where T : unmanaged
        where TLanes : struct, ILanes => lanes.Store(lanes.Load(a) + lanes.Load(b), target);

    private sealed class Function : autograd.SingleTensorFunction<Function>
    {
        public override string Name => nameof(ProjectedSum);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var (rows, tokens) = (((Tensor)vars[0]).contiguous(), ((Tensor)vars[1]).contiguous());
            var product = (vars[2] as Tensor)?.contiguous() ?? zeros(1, rows.size(1));
            ctx.save_for_backward([tokens]);
            ctx.save_data("rows", (rows.size(0), (vars[2] as Tensor)?.dtype));
            return product.dtype == bfloat16 ? Add<ushort>(product, rows, tokens) : Add<float>(product, rows, tokens);
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            var (vocabulary, type) = ((long, ScalarType?))ctx.get_data("rows");
            var gradient = grad_output.contiguous();
            var rows = RowsGradient(gradient, ctx.get_saved_variables()[0], vocabulary).MoveToOuterDisposeScope();
            return [rows, null!, type is null ? null! : gradient.to(type.Value).MoveToOuterDisposeScope()];
        }
    }
}
