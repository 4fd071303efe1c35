using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TextVae.Kernels;

/// <summary>
/// What follows the product in one step of a layer-normalised LSTM, for one text: normalisation, gates and cell.
/// </summary>
/// <typeparam name="T">How the matrix products hold numbers: float, or ushort for bfloat16.</typeparam>
internal unsafe struct LstmForwardRow<T>
    where T : unmanaged
{
    public int Size; // H
    public float* Gain, Shift; // [4H]
    public T* Product; // the features' part of x_t W_x: [4H]
    public float* Row; // b and the token's part: [4H]
    public float* Recurrent; // h_(t-1) W_h: [4H]
    public float* PreviousCell; // [H]
    public float* Normalised; // out: [4H]
    public float* Scale; // out: the reciprocal standard deviation
    public float* Cell, Hidden; // out: [H]
    public T* State; // out: h_t as the next product reads it: [H]

    public readonly void Compute()
    {
        int length = 4 * Size, whole = length & -ILanes.Width;
        var (body, rest) = (new WholeLanes(), new PartLanes(length - whole));

        var sum = Vector512<float>.Zero;
        for (var k = 0; k < whole; k += ILanes.Width)
        {
            sum += Add(body, k);
        }
        sum += whole < length ? Add(rest, whole) : Vector512<float>.Zero;
        var mean = Vector512.Create(Vector512.Sum(sum) / length);

        var squares = Vector512<float>.Zero;
        for (var k = 0; k < whole; k += ILanes.Width)
        {
            squares += SquaredDeviation(body, k, mean);
        }
        squares += whole < length ? SquaredDeviation(rest, whole, mean) : Vector512<float>.Zero;
        *Scale = 1 / MathF.Sqrt(Vector512.Sum(squares) / length + (float)FusedLayerNormLstm.Epsilon);

        var (scale, end) = (Vector512.Create(*Scale), Size & -ILanes.Width);
        for (var k = 0; k < end; k += ILanes.Width)
        {
            Step(body, k, mean, scale);
        }
        if (end < Size)
        {
            Step(new PartLanes(Size - end), end, mean, scale);
        }
    }

    /// <summary>Writes pre-activations where their normalised values will be.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly Vector512<float> Add<TLanes>(TLanes lanes, int k)
        where TLanes : struct, ILanes
    {
        var a = lanes.Load(Product + k) + lanes.Load(Row + k) + lanes.Load(Recurrent + k);
        lanes.Store(a, Normalised + k);
        return a;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly Vector512<float> SquaredDeviation<TLanes>(TLanes lanes, int k, Vector512<float> mean)
        where TLanes : struct, ILanes
    {
        var deviation = lanes.Keep(lanes.Load(Normalised + k) - mean);
        return deviation * deviation;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Step<TLanes>(TLanes lanes, int k, Vector512<float> mean, Vector512<float> scale)
        where TLanes : struct, ILanes
    {
        var i = VectorMath.Sigmoid(Gate(lanes, k, mean, scale));
        var f = VectorMath.Sigmoid(Gate(lanes, k + Size, mean, scale));
        var o = VectorMath.Sigmoid(Gate(lanes, k + 2 * Size, mean, scale));
        var g = VectorMath.Tanh(Gate(lanes, k + 3 * Size, mean, scale));
        var c = f * lanes.Load(PreviousCell + k) + i * g;
        var h = o * VectorMath.Tanh(c);
        lanes.Store(c, Cell + k);
        lanes.Store(h, Hidden + k);
        lanes.Store(h, State + k);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly Vector512<float> Gate<TLanes>(TLanes lanes, int k, Vector512<float> mean, Vector512<float> scale)
        where TLanes : struct, ILanes
    {
        var x = (lanes.Load(Normalised + k) - mean) * scale;
        lanes.Store(x, Normalised + k);
        return Vector512.FusedMultiplyAdd(x, lanes.Load(Gain + k), lanes.Load(Shift + k));
    }
}
