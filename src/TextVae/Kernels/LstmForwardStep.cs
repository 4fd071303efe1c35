using System.Runtime.Intrinsics;
using TextVae.Layers;

namespace TextVae.Kernels;

/// <summary>
/// What follows the product in one step of a <see cref="LayerNormLstm"/>: normalisation, gates and cell, each row read and
/// written once. Pointers lead to contiguous rows [batch, size]; null stands for zeros, or for a result that nobody needs.
/// </summary>
/// <typeparam name="T">How the matrix products hold numbers: float, or ushort for bfloat16.</typeparam>
internal unsafe struct LstmForwardStep<T>
    where T : unmanaged
{
    public int HiddenSize;
    public float* Gain, Shift; // [4 hidden]
    public float* Projected; // x_t W_x + b: [batch, 4 hidden]
    public T* Recurrent; // h_(t-1) W_h: [batch, 4 hidden]
    public float* PreviousCell; // [batch, hidden]
    public float* Normalised; // out: [batch, 4 hidden]
    public float* Scale; // out: the reciprocal standard deviation: [batch]
    public float* Cell, Hidden; // out: [batch, hidden]
    public ushort* RoundedHidden; // out: [batch, hidden] in bfloat16

    public static void Run(void* step, int from, int to, int worker)
    {
        for (var row = from; row < to; row++)
        {
            ((LstmForwardStep<T>*)step)->Row(row);
        }
    }

    private readonly void Row(int row)
    {
        var size = HiddenSize;
        long wide = 4L * size * row, narrow = (long)size * row;
        var normalised = Normalised + wide;
        var mean = Add(Projected + wide, Recurrent == null ? null : Recurrent + wide, normalised) / (4 * size);
        var scale = 1 / MathF.Sqrt(SquaredDeviation(normalised, mean) / (4 * size) + (float)LayerNormLstm.Epsilon);
        Scale[row] = scale;

        var previous = PreviousCell == null ? null : PreviousCell + narrow;
        var rounded = RoundedHidden == null ? null : RoundedHidden + narrow;
        var (centre, factor) = (Vector512.Create(mean), Vector512.Create(scale));
        for (var k = 0; k < size; k += Lanes.Width)
        {
            var count = Lanes.Count(k, size);
            var i = VectorMath.Sigmoid(Gate(normalised, k, count, centre, factor));
            var f = VectorMath.Sigmoid(Gate(normalised, k + size, count, centre, factor));
            var o = VectorMath.Sigmoid(Gate(normalised, k + 2 * size, count, centre, factor));
            var g = VectorMath.Tanh(Gate(normalised, k + 3 * size, count, centre, factor));
            var c = f * Lanes.Load(previous, k, count) + i * g;
            var h = o * VectorMath.Tanh(c);
            Lanes.Store(c, Cell + narrow, k, count);
            Lanes.Store(h, Hidden + narrow, k, count);
            Lanes.Store(h, rounded, k, count);
        }
    }

    /// <summary>Writes the pre-activations and gives their sum; four sums side by side keep the adders busy.</summary>
    private readonly float Add(float* projected, T* recurrent, float* sums)
    {
        var total = (A: Vector512<float>.Zero, B: Vector512<float>.Zero, C: Vector512<float>.Zero, D: Vector512<float>.Zero);
        var size = HiddenSize;
        for (var k = 0; k < size; k += Lanes.Width)
        {
            var count = Lanes.Count(k, size);
            total.A += AddGate(projected, recurrent, sums, k, count);
            total.B += AddGate(projected, recurrent, sums, k + size, count);
            total.C += AddGate(projected, recurrent, sums, k + 2 * size, count);
            total.D += AddGate(projected, recurrent, sums, k + 3 * size, count);
        }
        return Vector512.Sum(total.A + total.B + (total.C + total.D));
    }

    private static Vector512<float> AddGate(float* projected, T* recurrent, float* sums, int index, int count)
    {
        var sum = Lanes.Load(projected, index, count) + Lanes.Load(recurrent, index, count);
        Lanes.Store(sum, sums, index, count);
        return sum;
    }

    private readonly float SquaredDeviation(float* values, float mean)
    {
        var total = (A: Vector512<float>.Zero, B: Vector512<float>.Zero, C: Vector512<float>.Zero, D: Vector512<float>.Zero);
        var (size, centre) = (HiddenSize, Vector512.Create(mean));
        for (var k = 0; k < size; k += Lanes.Width)
        {
            var count = Lanes.Count(k, size);
            total.A += SquareGate(values, k, count, centre);
            total.B += SquareGate(values, k + size, count, centre);
            total.C += SquareGate(values, k + 2 * size, count, centre);
            total.D += SquareGate(values, k + 3 * size, count, centre);
        }
        return Vector512.Sum(total.A + total.B + (total.C + total.D));
    }

    private static Vector512<float> SquareGate(float* values, int index, int count, Vector512<float> centre)
    {
        var deviation = Lanes.Keep(Lanes.Load(values, index, count) - centre, count);
        return deviation * deviation;
    }

    /// <summary>Normalises a gate's pre-activations in place and gives them with gain and shift.</summary>
    private readonly Vector512<float> Gate(float* normalised, int index, int count, Vector512<float> centre, Vector512<float> factor)
    {
        var x = (Lanes.Load(normalised, index, count) - centre) * factor;
        Lanes.Store(x, normalised, index, count);
        return x * Lanes.Load(Gain, index, count) + Lanes.Load(Shift, index, count);
    }
}
