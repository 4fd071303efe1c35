using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace TextVae.Kernels;

/// <summary>
/// Products of a few rows with one matrix, as each step of a sequence has them; float32 results. libtorch's own bfloat16
/// product brings the matrix into the processor's order anew for each; here that is done once.
/// </summary>
internal sealed unsafe class StepProduct
{
    private const int BlockWidth = 64; // columns; 32 to 256 are equally fast

    private readonly Tensor? pairs; // [blocks, inner / 2, BlockWidth, 2]: as the processor takes them, two rows side by side

    /// <param name="matrix">[inner, outer], float32 or bfloat16.</param>
    public StepProduct(Tensor matrix)
    {
        Matrix = matrix;
        pairs = BlockProducts.OfBFloat16 != null && matrix.dtype == bfloat16 && matrix.shape[0] % 2 == 0 ? InPairs(matrix.contiguous()) : null;
    }

    /// <summary>[inner, outer], as it was given.</summary>
    public Tensor Matrix { get; }

    /// <summary>What it holds.</summary>
    public IEnumerable<Tensor> Tensors => pairs is null ? [Matrix] : [Matrix, pairs];

    /// <summary>result = rows * matrix.</summary>
    /// <param name="rows">[count, inner or more], contiguous, of the matrix's type; what is more is not read.</param>
    /// <param name="result">[count, outer], contiguous, float32.</param>
    /// <param name="together">
    /// By all threads, each with its part of the matrix, as a few rows need it; or on the calling thread, to be followed by
    /// <see cref="BlockProducts.Release"/> on that thread.
    /// </param>
    public void Compute(Tensor rows, Tensor result, bool together = false)
    {
        if (pairs is not null && together)
        {
            ThreadTeam.Run(Count, (from, to, _) =>
            {
                Blocks(rows, 0, rows.shape[0], result, 0, from, to);
                BlockProducts.Release();
            });
        }
        else if (pairs is not null)
        {
            Blocks(rows, 0, rows.shape[0], result, 0, 0, Count);
        }
        else if (Matrix.dtype == float32)
        {
            _ = result.addmm_(rows.narrow(1, 0, Matrix.shape[0]), Matrix, beta: 0, alpha: 1);
        }
        else
        {
            using var rounded = rows.narrow(1, 0, Matrix.shape[0]).mm(Matrix);
            _ = result.copy_(rounded);
        }
    }

    /// <summary>As <see cref="Compute(Tensor, Tensor, bool)"/> on the calling thread, of some of the rows.</summary>
    /// <param name="rows">As above.</param>
    /// <param name="first">The first row.</param>
    /// <param name="count">How many.</param>
    /// <param name="result">As above.</param>
    /// <param name="target">Where the first row's product goes.</param>
    public void Compute(Tensor rows, long first, long count, Tensor result, long target)
    {
        if (pairs is not null)
        {
            Blocks(rows, first, count, result, target, 0, Count);
            return;
        }
        using var some = rows.narrow(0, first, count);
        using var product = result.narrow(0, target, count);
        Compute(some, product);
    }

    private int Count => (int)(Matrix.shape[1] + BlockWidth - 1) / BlockWidth;

    private void Blocks(Tensor rows, long first, long count, Tensor result, long target, int from, int to)
    {
        var (stride, inner, outer) = (rows.shape[1], Matrix.shape[0], Matrix.shape[1]);
        var a = RowPointers<ushort>.Start(rows) + first * stride;
        var b = RowPointers<ushort>.Start(pairs!);
        var c = RowPointers<float>.Start(result) + target * outer;
        for (var column = (long)from * BlockWidth; column < Math.Min((long)to * BlockWidth, outer); column += BlockWidth)
        {
            var width = Math.Min(BlockWidth, outer - column);
            BlockProducts.OfBFloat16(count, width, inner, stride, BlockWidth, outer, 0, a, b + column * inner, c + column, 1);
        }
    }

    private static Tensor InPairs(Tensor matrix)
    {
        var (half, outer) = ((int)matrix.shape[0] / 2, (int)matrix.shape[1]);
        var blocks = (outer + BlockWidth - 1) / BlockWidth;
        var result = empty([blocks, half, BlockWidth, 2], bfloat16);
        var source = RowPointers<ushort>.Start(matrix);
        var target = (uint*)RowPointers<ushort>.Start(result);
        ThreadTeam.Run(blocks, (from, to, _) =>
        {
            for (var block = from; block < to; block++)
            {
                for (var pair = 0; pair < half; pair++)
                {
                    var upper = source + 2L * pair * outer;
                    var joined = target + ((long)block * half + pair) * BlockWidth;
                    for (var k = 0; k < BlockWidth; k += ILanes.Width)
                    {
                        var column = block * BlockWidth + k;
                        if (column + ILanes.Width <= outer)
                        {
                            Join(new WholeLanes(), upper + column, outer, joined + k);
                        }
                        else
                        {
                            Join(new PartLanes(Math.Max(0, outer - column)), upper + column, outer, joined + k);
                        }
                    }
                }
            }
        });
        return result;
    }

    /// <summary>A register of one row and the one below, number beside number; zeros beyond the row's end.</summary>
    private static void Join<TLanes>(TLanes lanes, ushort* upper, int outer, uint* joined)
        where TLanes : struct, ILanes
    {
        var first = Vector512.ShiftRightLogical(lanes.Load(upper).AsUInt32(), 16);
        (first | lanes.Load(upper + outer).AsUInt32()).Store(joined);
    }
}
