using System.Runtime.Intrinsics;
using static TextVae.Platform.TensorArithmetic;
using static TorchSharp.torch;

namespace TextVae.Kernels;

/// <summary>
/// A matrix that rows are multiplied with, in the order in which blocks of it are multiplied; float32 results. libtorch's own
/// product brings a bfloat16 matrix into that order anew each time, which a few rows do not pay for; here that is done once.
/// </summary>
internal sealed unsafe class BlockedMatrix
{
    private const int BlockWidth = 64; // columns; 32 to 256 are equally fast
    private const int BlockHeight = 64; // rows; oneDNN keeps a program for each number of them
    private const int SideBySide = 16; // rows that are transposed together, so that each line of the target is written at once
    private const long WorthSharing = 1 << 17; // numbers that take longer to bring into order than workers take to meet

    private readonly Tensor matrix; // [inner, outer]
    private readonly Tensor? blocks; // bfloat16: [blocks, inner / 2, BlockWidth, 2], as the processor takes them, two rows side by side; float32: [blocks, inner, BlockWidth]
    private readonly long outer;

    /// <param name="matrix">[inner, outer], float32 or bfloat16.</param>
    public BlockedMatrix(Tensor matrix)
        : this(matrix.dtype == float32 ? matrix.contiguous() : matrix, matrix.dtype, InBlocks(matrix, matrix.dtype, transposed: false))
    {
    }

    private BlockedMatrix(Tensor matrix, ScalarType type, Tensor? blocks)
    {
        (this.matrix, this.blocks, Type) = (matrix, blocks, type);
        (Inner, outer) = (matrix.size(0), matrix.size(1));
    }

    /// <summary>The matrix of some weights, or their transpose, in a step of training.</summary>
    /// <param name="weight">[inner, outer], float32, contiguous; [outer, inner] if transposed.</param>
    /// <param name="transposed">Whether the matrix is the transpose.</param>
    /// <param name="precision">Of the products.</param>
    /// <param name="shared">Whether the workers of a team, which then all have to call this, share a large one.</param>
    public static BlockedMatrix Of(Tensor weight, bool transposed, MatrixPrecision precision, bool shared = false)
    {
        var type = precision == MatrixPrecision.BFloat16 ? bfloat16 : float32;
        var blocks = InBlocks(weight, type, transposed, shared);
        var given = blocks is null ? weight.to(type) : weight; // in blocks, the matrix itself is not read
        return new BlockedMatrix(transposed ? given.t() : given, type, blocks);
    }

    /// <summary>Of the rows that it is multiplied with.</summary>
    public ScalarType Type { get; }

    /// <summary>Numbers in a row that it is multiplied with.</summary>
    public long Inner { get; }

    /// <summary>What it holds.</summary>
    public IEnumerable<Tensor> Tensors => blocks is null ? [matrix] : [matrix, blocks];

    /// <summary>Its products with any number of rows, by all threads.</summary>
    /// <param name="rows">[..., inner], of the matrix's type.</param>
    /// <param name="bias">Added to each product, [outer], float32; null for nothing.</param>
    /// <returns>[..., outer], float32.</returns>
    public Tensor Multiply(Tensor rows, Tensor? bias = null)
    {
        using var scope = NewDisposeScope();
        var left = rows.contiguous();
        long[] shape = [.. rows.shape[..^1], outer];
        var result = bias is null ? empty(shape) : empty(shape).copy_(bias);
        var count = (int)(result.numel() / outer);
        if (Inner == 0)
        {
            result = bias is null ? result.zero_() : result;
        }
        else if (HasBlocks)
        {
            ThreadTeam.Run((count + BlockHeight - 1) / BlockHeight, (from, to, _) =>
            {
                var (first, end) = (from * BlockHeight, int.Min(count, to * BlockHeight));
                Blocks(left, first, end - first, result, first, 0, Count, add: bias is not null);
                BlockProducts.Release();
            });
        }
        else if (Type == float32)
        {
            _ = result.view(-1, outer).addmm_(left.view(-1, Inner), matrix, beta: bias is null ? 0 : 1, alpha: 1);
        }
        else
        {
            var product = left.view(-1, Inner).mm(matrix).view(shape).to(float32);
            result = bias is null ? product : result.add_(product, One);
        }
        return result.MoveToOuterDisposeScope();
    }

    /// <summary>The gradient by a matrix that rows were multiplied with: rows^T gradient.</summary>
    /// <param name="rows">[count, inner], float32 or bfloat16.</param>
    /// <param name="gradient">That by the products, [count, outer], of the same type.</param>
    /// <returns>[inner, outer], of that type: its sums are long enough for libtorch's own product of bfloat16.</returns>
    public static Tensor Gradient(Tensor rows, Tensor gradient)
    {
        using var scope = NewDisposeScope();
        var product = rows.dtype == bfloat16 ? rows.t().mm(gradient) : new BlockedMatrix(gradient).Multiply(rows.t());
        return product.MoveToOuterDisposeScope();
    }

    /// <summary>result = rows * matrix.</summary>
    /// <param name="rows">[count, inner or more], contiguous, of the matrix's type; what is more is not read.</param>
    /// <param name="result">[count, outer], contiguous, float32.</param>
    /// <param name="together">
    /// By all threads, each with its part of the matrix, as a few rows need it; or on the calling thread, to be followed by
    /// <see cref="BlockProducts.Release"/> on that thread.
    /// </param>
    public void Compute(Tensor rows, Tensor result, bool together = false)
    {
        if (HasBlocks && together)
        {
            ThreadTeam.Run(Count, (from, to, _) =>
            {
                Blocks(rows, 0, rows.size(0), result, 0, from, to);
                BlockProducts.Release();
            });
        }
        else if (HasBlocks)
        {
            Blocks(rows, 0, rows.size(0), result, 0, 0, Count);
        }
        else if (Type == float32)
        {
            _ = result.addmm_(rows.narrow(1, 0, Inner), matrix, beta: 0, alpha: 1);
        }
        else
        {
            using var rounded = rows.narrow(1, 0, Inner).mm(matrix);
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
        if (HasBlocks)
        {
            Blocks(rows, first, count, result, target, 0, Count);
            return;
        }
        using var some = rows.narrow(0, first, count);
        using var product = result.narrow(0, target, count);
        Compute(some, product);
    }

    private bool HasBlocks => blocks is not null || (Type == float32 && BlockProducts.OfFloat32 != null);

    private int Count => (int)(outer + BlockWidth - 1) / BlockWidth;

    private void Blocks(Tensor rows, long first, long count, Tensor result, long target, int from, int to, bool add = false)
    {
        var (stride, adds) = (rows.size(-1), (byte)(add ? 1 : 0));
        var a = RowPointers<byte>.Start(rows);
        var b = RowPointers<byte>.Start(blocks ?? matrix);
        var c = RowPointers<float>.Start(result);
        for (var row = 0L; row < count; row += BlockHeight)
        {
            var height = Math.Min(BlockHeight, count - row);
            for (var column = (long)from * BlockWidth; column < Math.Min((long)to * BlockWidth, outer); column += BlockWidth)
            {
                var width = Math.Min(BlockWidth, outer - column);
                var product = c + (target + row) * outer + column;
                if (Type == bfloat16)
                {
                    BlockProducts.OfBFloat16(height, width, Inner, stride, BlockWidth, outer, adds, (ushort*)a + (first + row) * stride, (ushort*)b + column * Inner, product, 1);
                }
                else if (blocks is not null)
                {
                    BlockProducts.OfFloat32(height, width, Inner, stride, BlockWidth, outer, adds, (float*)a + (first + row) * stride, (float*)b + column * Inner, product, 0);
                }
                else // in rows, which are as good
                {
                    BlockProducts.OfFloat32(height, width, Inner, stride, outer, outer, adds, (float*)a + (first + row) * stride, (float*)b + column, product, 0);
                }
            }
        }
    }

    /// <summary>The matrix in the processor's order, in a type; null where there is no product of that, or none is needed.</summary>
    private static Tensor? InBlocks(Tensor matrix, ScalarType type, bool transposed, bool shared = false)
    {
        var (inner, outer) = transposed ? (matrix.size(1), matrix.size(0)) : (matrix.size(0), matrix.size(1));
        var serves = type == bfloat16 ? BlockProducts.OfBFloat16 != null && inner % 2 == 0 : BlockProducts.OfFloat32 != null && transposed;
        if (!serves)
        {
            return null;
        }
        var (source, count) = (matrix.contiguous(), (int)((outer + BlockWidth - 1) / BlockWidth));
        Tensor Make() => type == bfloat16 ? empty([count, inner / 2, BlockWidth, 2], type) : empty([count, inner, BlockWidth], type);
        void Fill(Tensor result, int from, int to)
        {
            byte* numbers = RowPointers<byte>.Start(source), target = RowPointers<byte>.Start(result);
            for (var block = from; block < to; block++)
            {
                if (transposed)
                {
                    Columns((float*)numbers, (int)inner, (int)outer, block, (uint*)target, pairs: type == bfloat16);
                }
                else if (source.dtype == float32)
                {
                    PairsInRows((float*)numbers, (int)inner, (int)outer, block, (uint*)target);
                }
                else
                {
                    PairsInRows((ushort*)numbers, (int)inner, (int)outer, block, (uint*)target);
                }
            }
        }
        if (shared && WorkerTeam.Current is { } worker && matrix.numel() >= WorthSharing)
        {
            return worker.Fill(Make, count, Fill);
        }
        var blocks = Make();
        ThreadTeam.Run(count, (from, to, _) => Fill(blocks, from, to));
        return blocks;
    }

    private static void PairsInRows<T>(T* source, int inner, int outer, int block, uint* target)
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

    /// <summary>The transpose, number by number; in pairs two neighbours in a row of the source are one below the other in it.</summary>
    private static void Columns(float* source, int inner, int outer, int block, uint* target, bool pairs)
    {
        var together = pairs ? 2 : 1;
        var first = target + (long)block * (inner / together) * BlockWidth;
        for (var some = 0; some < BlockWidth; some += SideBySide)
        {
            for (var k = 0; k < inner; k += ILanes.Width)
            {
                var count = Math.Min(ILanes.Width, inner - k) / together;
                for (var column = some; column < some + SideBySide; column++)
                {
                    var values = Row(source, inner, outer, block * BlockWidth + column, k);
                    var numbers = pairs ? Joined(values) : values.AsUInt32();
                    for (var lane = 0; lane < count; lane++)
                    {
                        first[(long)(k / together + lane) * BlockWidth + column] = numbers[lane];
                    }
                }
            }
        }
    }

    /// <summary>Neighbours rounded to bfloat16, two in a number.</summary>
    private static Vector512<uint> Joined(Vector512<float> values)
    {
        var bits = WholeLanes.Rounded(values).AsUInt64();
        return Vector512.Narrow(
            (Vector512.ShiftRightLogical(bits, 16) & Vector512.Create(0xFFFFul)) | (Vector512.ShiftRightLogical(bits, 32) & Vector512.Create(0xFFFF0000ul)),
            Vector512<ulong>.Zero);
    }

    /// <summary>A register's width of a row of the source; zeros beyond its end and below the last row.</summary>
    private static Vector512<float> Row(float* source, int inner, int outer, int row, int k) =>
        row >= outer ? Vector512<float>.Zero
        : k + ILanes.Width <= inner ? Vector512.Load(source + (long)row * inner + k)
        : new PartLanes(inner - k).Load(source + (long)row * inner + k);
}
