using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static TextVae.Platform.TensorArithmetic;
using static TorchSharp.torch;

namespace TextVae.Kernels;

/// <summary>
/// Products of a few rows of numbers in [-1, 1] with one matrix, of 8-bit operands with exact sums; float32 results. A number
/// is held as the nearest of 255 steps between -1 and 1, the matrix as the nearest of 255 steps up to each column's largest
/// number: twice as many products a second as of bfloat16, and half as much memory to read.
/// </summary>
internal sealed unsafe class QuantizedProduct
{
    private const int BlockWidth = 64; // columns
    private const int Together = 4; // rows of the matrix that stand side by side, as the processor takes them
    private const int MostRows = 32; // whose sums stay in a core's first cache
    private const float Steps = 127; // a row's numbers are bytes, Zero + Steps * number

    /// <summary>The byte that stands for 0.</summary>
    public const byte Zero = 128;

    private readonly Tensor _fours; // [blocks, inner / 4, BlockWidth, 4], int8
    private readonly Tensor _scales, _shifts; // of each column's sums: [blocks * BlockWidth]
    private readonly int _outer;

    /// <param name="matrix">[inner, outer], float32.</param>
    public QuantizedProduct(Tensor matrix)
    {
        using var scope = NewDisposeScope();
        _outer = (int)matrix.size(1);
        var blocks = (_outer + BlockWidth - 1) / BlockWidth;
        Inner = (int)(matrix.size(0) + Together - 1) / Together * Together;
        var padded = zeros(Inner, blocks * BlockWidth);
        padded.narrow(0, 0, matrix.size(0)).narrow(1, 0, _outer).copy_(matrix);
        using var tiny = Number(1e-30);
        var scales = padded.abs().amax([0]).clamp_min(tiny).Over(Steps); // [columns]
        var rounded = (padded / scales).round_();
        _fours = rounded.to(int8).view(Inner / Together, Together, blocks, BlockWidth).permute(2, 0, 3, 1).contiguous().MoveToOuterDisposeScope();
        _scales = scales.Over(Steps).MoveToOuterDisposeScope();
        _shifts = (rounded.sum([0L]) * _scales).Times(-(float)Zero).MoveToOuterDisposeScope();
    }

    /// <summary>Whether this machine has it.</summary>
    public static bool IsSupported => BlockProducts.OfBytes != null;

    /// <summary>The matrix's rows, in whole fours: as many bytes has a row that is multiplied.</summary>
    public int Inner { get; }

    /// <summary>What it holds.</summary>
    public IEnumerable<Tensor> Tensors => [_fours, _scales, _shifts];

    /// <summary>result = rows * matrix or, to add, result += rows * matrix.</summary>
    /// <param name="rows">[count, <see cref="Inner"/>], contiguous, as <see cref="Round"/> writes them.</param>
    /// <param name="result">[count, outer], contiguous, float32.</param>
    /// <param name="add">Whether the result holds something already.</param>
    /// <param name="together">As in <see cref="BlockedMatrix.Compute(Tensor, Tensor, bool)"/>.</param>
    public void Compute(Tensor rows, Tensor result, bool add, bool together)
    {
        var blocks = (int)_fours.size(0);
        if (together)
        {
            ThreadTeam.Run(blocks, (from, to, _) =>
            {
                Blocks(rows, result, add, from, to);
                BlockProducts.Release();
            });
        }
        else
        {
            Blocks(rows, result, add, 0, blocks);
        }
    }

    /// <summary>The bytes of a row.</summary>
    /// <param name="numbers">In [-1, 1].</param>
    /// <param name="row">Of as many bytes.</param>
    /// <param name="count">How many.</param>
    public static void Round(float* numbers, byte* row, int count)
    {
        var k = 0;
        for (; k + ILanes.Width <= count; k += ILanes.Width)
        {
            // Half a step more, as what follows is cut off.
            var steps = Vector512.FusedMultiplyAdd(Vector512.Load(numbers + k), Vector512.Create(Steps), Vector512.Create(Zero + 0.5f));
            Avx512F.ConvertToVector128Byte(Vector512.ConvertToUInt32Native(steps)).Store(row + k);
        }
        for (; k < count; k++)
        {
            row[k] = (byte)MathF.FusedMultiplyAdd(numbers[k], Steps, Zero + 0.5f);
        }
    }

    private void Blocks(Tensor rows, Tensor result, bool add, int from, int to)
    {
        var a = RowPointers<byte>.Start(rows);
        var b = RowPointers<sbyte>.Start(_fours);
        var c = RowPointers<float>.Start(result);
        float* scales = RowPointers<float>.Start(_scales), shifts = RowPointers<float>.Start(_shifts);
        var sums = stackalloc int[MostRows * BlockWidth];
        for (var first = 0; first < rows.size(0); first += MostRows)
        {
            var count = int.Min(MostRows, (int)rows.size(0) - first);
            for (var block = from; block < to; block++)
            {
                BlockProducts.OfBytes(count, BlockWidth, Inner, Inner, BlockWidth, BlockWidth, 0, a + (long)first * Inner, b + (long)block * BlockWidth * Inner, sums, 1);
                for (var row = 0; row < count; row++)
                {
                    var column = block * BlockWidth;
                    var width = int.Min(BlockWidth, _outer - column);
                    Scale(sums + row * BlockWidth, width, scales + column, shifts + column, c + (long)(first + row) * _outer + column, add);
                }
            }
        }
    }

    private static void Scale(int* sums, int width, float* scales, float* shifts, float* result, bool add)
    {
        for (var k = 0; k < width; k += ILanes.Width)
        {
            var value = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(Vector512.Load(sums + k)), Vector512.Load(scales + k), Vector512.Load(shifts + k));
            if (k + ILanes.Width <= width)
            {
                Write(new WholeLanes(), value, result + k, add);
            }
            else
            {
                Write(new PartLanes(width - k), value, result + k, add);
            }
        }
    }

    private static void Write<TLanes>(TLanes lanes, Vector512<float> value, float* target, bool add)
        where TLanes : struct, ILanes => lanes.Store(add ? lanes.Load(target) + value : value, target);
}
