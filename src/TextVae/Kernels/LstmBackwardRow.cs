using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TextVae.Kernels;

/// <summary>
/// The gradient of one <see cref="LstmForwardRow{T}"/>. The gates are computed again from the normalised pre-activations,
/// which costs less than to write and read them.
/// </summary>
/// <typeparam name="T">How the matrix products hold numbers: float, or ushort for bfloat16.</typeparam>
internal unsafe struct LstmBackwardRow<T>
    where T : unmanaged
{
    public int Size; // H
    public float* Gain, Shift; // [4H]
    public float* Normalised; // [4H]
    public float* Scale;
    public float* Cell, PreviousCell; // [H]
    public float* OutputGradient; // of h_t, from outside the sequence: [H]
    public float* RecurrentGradient; // of h_t, from step t+1: [H]
    public float* CellGradient; // in: of c_t, out: of c_(t-1): [H]
    public float* Gradient; // out: of the pre-activations: [4H]
    public T* ProductGradient; // out: the same as the products read it; not written if T is float, where Gradient serves
    public float* RowGradient; // added to: the token's [4H]
    public float* GainGradient, ShiftGradient; // added to: [4H]

    public readonly void Compute()
    {
        Vector512<float> sum = default, product = default; // of the normalised numbers' gradients, and of these with the numbers
        var end = Size & -ILanes.Width;
        for (var k = 0; k < end; k += ILanes.Width)
        {
            Gates(new WholeLanes(), k, ref sum, ref product);
        }
        if (end < Size)
        {
            Gates(new PartLanes(Size - end), end, ref sum, ref product);
        }

        int length = 4 * Size, whole = length & -ILanes.Width;
        var (mean, slope) = (Vector512.Create(Vector512.Sum(sum) / length), Vector512.Create(Vector512.Sum(product) / length));
        for (var k = 0; k < whole; k += ILanes.Width)
        {
            ThroughNormalisation(new WholeLanes(), k, mean, slope);
        }
        if (whole < length)
        {
            ThroughNormalisation(new PartLanes(length - whole), whole, mean, slope);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Gates<TLanes>(TLanes lanes, int k, ref Vector512<float> sum, ref Vector512<float> product)
        where TLanes : struct, ILanes
    {
        var one = Vector512<float>.One;
        var i = VectorMath.Sigmoid(Gate(lanes, k));
        var f = VectorMath.Sigmoid(Gate(lanes, k + Size));
        var o = VectorMath.Sigmoid(Gate(lanes, k + 2 * Size));
        var g = VectorMath.Tanh(Gate(lanes, k + 3 * Size));
        var squashed = VectorMath.Tanh(lanes.Load(Cell + k));
        var dh = lanes.Load(OutputGradient + k) + lanes.Load(RecurrentGradient + k);
        var dc = lanes.Load(CellGradient + k) + dh * o * (one - squashed * squashed);
        lanes.Store(dc * f, CellGradient + k);
        Take(lanes, k, dc * g * i * (one - i), ref sum, ref product);
        Take(lanes, k + Size, dc * lanes.Load(PreviousCell + k) * f * (one - f), ref sum, ref product);
        Take(lanes, k + 2 * Size, dh * squashed * o * (one - o), ref sum, ref product);
        Take(lanes, k + 3 * Size, dc * i * (one - g * g), ref sum, ref product);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly Vector512<float> Gate<TLanes>(TLanes lanes, int k)
        where TLanes : struct, ILanes =>
        Vector512.FusedMultiplyAdd(lanes.Load(Normalised + k), lanes.Load(Gain + k), lanes.Load(Shift + k));

    /// <summary>Takes the gradient of what a gate's function is applied to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Take<TLanes>(TLanes lanes, int k, Vector512<float> dy, ref Vector512<float> sum, ref Vector512<float> product)
        where TLanes : struct, ILanes
    {
        var x = lanes.Load(Normalised + k);
        lanes.Store(Vector512.FusedMultiplyAdd(dy, x, lanes.Load(GainGradient + k)), GainGradient + k);
        lanes.Store(lanes.Load(ShiftGradient + k) + dy, ShiftGradient + k);
        var dx = dy * lanes.Load(Gain + k);
        lanes.Store(dx, Gradient + k);
        sum += dx;
        product = Vector512.FusedMultiplyAdd(dx, x, product);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void ThroughNormalisation<TLanes>(TLanes lanes, int k, Vector512<float> mean, Vector512<float> slope)
        where TLanes : struct, ILanes
    {
        var da = (lanes.Load(Gradient + k) - mean - lanes.Load(Normalised + k) * slope) * *Scale;
        lanes.Store(da, Gradient + k);
        lanes.Store(lanes.Load(RowGradient + k) + da, RowGradient + k);
        if (typeof(T) != typeof(float))
        {
            lanes.Store(da, ProductGradient + k);
        }
    }
}
