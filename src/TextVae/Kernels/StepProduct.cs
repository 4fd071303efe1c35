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
    private readonly long outer;

    /// <param name="matrix">[inner, outer], float32 or bfloat16.</param>
    public StepProduct(Tensor matrix)
        : this(matrix, matrix.dtype, InPairs(matrix, matrix.dtype, transposed: false))
    {
    }

    private StepProduct(Tensor matrix, ScalarType type, Tensor? pairs)
    {
        (Matrix, this.pairs, Type) = (matrix, pairs, type);
        (Inner, outer) = (matrix.shape[0], matrix.shape[1]);
    }

    /// <summary>The product with weights, or with their transpose, in a step of training.</summary>
    /// <param name="weight">[inner, outer], float32, contiguous; [outer, inner] if transposed.</param>
    /// <param name="transposed">Whether the matrix is the transpose.</param>
    /// <param name="precision">Of the product.</param>
    public static StepProduct Of(Tensor weight, bool transposed, MatrixPrecision precision)
    {
        var type = precision == MatrixPrecision.BFloat16 ? bfloat16 : float32;
        var pairs = InPairs(weight, type, transposed);
        var given = pairs is null ? weight.to(type) : weight; // in pairs, the matrix itself is not read
        return new StepProduct(transposed ? given.t() : given, type, pairs);
    }

    /// <summary>[inner, outer], as it was given.</summary>
    public Tensor Matrix { get; }

    /// <summary>Of the rows that it is multiplied with.</summary>
    public ScalarType Type { get; }

    /// <summary>Numbers in a row that it is multiplied with.</summary>
    public long Inner { get; }

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
        else if (Type == float32)
        {
            _ = result.addmm_(rows.narrow(1, 0, Inner), Matrix, beta: 0, alpha: 1);
        }
        else
        {
            using var rounded = rows.narrow(1, 0, Inner).mm(Matrix);
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

    private int Count => (int)(outer + BlockWidth - 1) / BlockWidth;

    private void Blocks(Tensor rows, long first, long count, Tensor result, long target, int from, int to)
    {
        var (stride, inner) = (rows.shape[1], Inner);
        var a = RowPointers<ushort>.Start(rows) + first * stride;
        var b = RowPointers<ushort>.Start(pairs!);
        var c = RowPointers<float>.Start(result) + target * outer;
        for (var column = (long)from * BlockWidth; column < Math.Min((long)to * BlockWidth, outer); column += BlockWidth)
        {
            var width = Math.Min(BlockWidth, outer - column);
            BlockProducts.OfBFloat16(count, width, inner, stride, BlockWidth, outer, 0, a, b + column * inner, c + column, 1);
        }
    }

    /// <summary>The matrix in the processor's order, rounded to bfloat16; null where there is no product of it. Workers of a team share it.</summary>
    private static Tensor? InPairs(Tensor matrix, ScalarType type, bool transposed)
    {
        var (inner, outer) = transposed ? (matrix.shape[1], matrix.shape[0]) : (matrix.shape[0], matrix.shape[1]);
        if (BlockProducts.OfBFloat16 == null || type != bfloat16 || inner % 2 != 0)
        {
            return null;
        }
        var (source, blocks) = (matrix.contiguous(), (int)((outer + BlockWidth - 1) / BlockWidth));
        Tensor Make() => empty([blocks, inner / 2, BlockWidth, 2], bfloat16);
        void Fill(Tensor result, int from, int to)
        {
            var target = (uint*)RowPointers<ushort>.Start(result);
            for (var block = from; block < to; block++)
            {
                if (transposed)
                {
                    Columns(RowPointers<float>.Start(source), (int)inner, (int)outer, block, target);
                }
                else if (source.dtype == float32)
                {
                    Rows(RowPointers<float>.Start(source), (int)inner, (int)outer, block, target);
                }
                else
                {
                    Rows(RowPointers<ushort>.Start(source), (int)inner, (int)outer, block, target);
                }
            }
        }
        if (WorkerTeam.Current is { } worker)
        {
            return worker.Fill(Make, blocks, Fill);
        }
        var pairs = Make();
        ThreadTeam.Run(blocks, (from, to, _) => Fill(pairs, from, to));
        return pairs;
    }

    private static void Rows<T>(T* source, int inner, int outer, int block, uint* target)
        where T : unmanaged
    {
        for (var pair = 0; pair < inner / 2; pair++)
        {
            var upper = source + 2L * pair * outer;
            var joined = target + ((long)block * (inner / 2) + pair) * BlockWidth;
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

    /// <summary>A register of one row and the one below, number beside number; zeros beyond the row's end.</summary>
    private static void Join<T, TLanes>(TLanes lanes, T* upper, int outer, uint* joined)
        where T : unmanaged
        where TLanes : struct, ILanes
    {
        var first = Vector512.ShiftRightLogical(WholeLanes.Rounded(lanes.Load(upper)), 16);
        (first | (WholeLanes.Rounded(lanes.Load(upper + outer)) & Vector512.Create(0xFFFF0000u))).Store(joined);
    }

    /// <summary>Two neighbours in a row of the source are one below the other in its transpose.</summary>
    private static void Columns(float* source, int inner, int outer, int block, uint* target)
    {
        var first = target + (long)block * (inner / 2) * BlockWidth;
        for (var column = 0; column < BlockWidth; column++)
        {
            var row = block * BlockWidth + column;
            for (var k = 0; k < inner; k += ILanes.Width)
            {
                var pairs = Math.Min(ILanes.Width, inner - k) / 2;
                var values = row >= outer ? Vector512<float>.Zero
                    : 2 * pairs == ILanes.Width ? Vector512.Load(source + (long)row * inner + k)
                    : new PartLanes(2 * pairs).Load(source + (long)row * inner + k);
                var bits = WholeLanes.Rounded(values).AsUInt64();
                var joined = Vector512.Narrow(
                    (Vector512.ShiftRightLogical(bits, 16) & Vector512.Create(0xFFFFul)) | (Vector512.ShiftRightLogical(bits, 32) & Vector512.Create(0xFFFF0000ul)),
                    Vector512<ulong>.Zero);
                for (var pair = 0; pair < pairs; pair++)
                {
                    first[(long)(k / 2 + pair) * BlockWidth + column] = joined[pair];
                }
            }
        }
    }
}
