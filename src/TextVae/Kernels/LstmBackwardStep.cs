using System.Runtime.Intrinsics;

namespace TextVae.Kernels;

/// <summary>
/// The gradient of one <see cref="LstmForwardStep{T}"/>. The gates are computed again from the normalised pre-activations,
/// which costs less than to write and read them. Null stands for zeros, or for a result that nobody needs.
/// </summary>
/// <typeparam name="T">How the matrix products hold numbers: float, or ushort for bfloat16.</typeparam>
internal unsafe struct LstmBackwardStep<T>
    where T : unmanaged
{
    public int HiddenSize;
    public float* Gain, Shift; // [4 hidden]
    public float* Normalised; // [batch, 4 hidden]
    public float* Scale; // [batch]
    public float* Cell, PreviousCell; // [batch, hidden]
    public float* OutputGradient; // of h_t, from outside the sequence: [batch, hidden]
    public T* RecurrentGradient; // of h_t, from the step behind: [batch, hidden]
    public float* CellGradient; // in: of c_t, out: of c_(t-1): [batch, hidden]
    public float* ProjectedGradient; // out: of the pre-activations: [batch, 4 hidden]
    public ushort* RoundedGradient; // out: the same in bfloat16
    public float* GainGradient, ShiftGradient; // added to: [workers, 4 hidden]

    public static void Run(void* step, int from, int to, int worker)
    {
        for (var row = from; row < to; row++)
        {
            ((LstmBackwardStep<T>*)step)->Row(row, worker);
        }
    }

    private readonly void Row(int row, int worker)
    {
        var size = HiddenSize;
        long wide = 4L * size * row, narrow = (long)size * row;
        var output = OutputGradient == null ? null : OutputGradient + narrow;
        var recurrent = RecurrentGradient == null ? null : RecurrentGradient + narrow;
        var previous = PreviousCell == null ? null : PreviousCell + narrow;
        float* cell = Cell + narrow, cellGradient = CellGradient + narrow;
        var gates = new Gates(this, wide, 4L * size * worker);
        for (var k = 0; k < size; k += Lanes.Width)
        {
            var count = Lanes.Count(k, size);
            var i = VectorMath.Sigmoid(gates.Value(k, count));
            var f = VectorMath.Sigmoid(gates.Value(k + size, count));
            var o = VectorMath.Sigmoid(gates.Value(k + 2 * size, count));
            var g = VectorMath.Tanh(gates.Value(k + 3 * size, count));
            var squashed = VectorMath.Tanh(Lanes.Load(cell, k, count));
            var dh = Lanes.Load(output, k, count) + Lanes.Load(recurrent, k, count);
            var dc = Lanes.Load(cellGradient, k, count) + dh * o * (Vector512<float>.One - squashed * squashed);
            gates.Take(dc * g * i * (Vector512<float>.One - i), k, count);
            gates.Take(dc * Lanes.Load(previous, k, count) * f * (Vector512<float>.One - f), k + size, count);
            gates.Take(dh * squashed * o * (Vector512<float>.One - o), k + 2 * size, count);
            gates.Take(dc * i * (Vector512<float>.One - g * g), k + 3 * size, count);
            Lanes.Store(dc * f, cellGradient, k, count);
        }
        gates.ThroughNormalisation(4 * size, Scale[row], RoundedGradient == null ? null : RoundedGradient + wide);
    }

    /// <summary>One row of the normalisation, forward from normalised numbers to the gates' and back.</summary>
    private ref struct Gates(in LstmBackwardStep<T> step, long row, long worker)
    {
        private readonly float* gain = step.Gain, shift = step.Shift;
        private readonly float* normalised = step.Normalised + row, gradient = step.ProjectedGradient + row;
        private readonly float* gainGradient = step.GainGradient + worker, shiftGradient = step.ShiftGradient + worker;
        private Vector512<float> sum = Vector512<float>.Zero, product = Vector512<float>.Zero;

        public readonly Vector512<float> Value(int index, int count) =>
            Lanes.Load(normalised, index, count) * Lanes.Load(gain, index, count) + Lanes.Load(shift, index, count);

        public void Take(Vector512<float> dy, int index, int count)
        {
            var x = Lanes.Load(normalised, index, count);
            Lanes.Store(Lanes.Load(gainGradient, index, count) + dy * x, gainGradient, index, count);
            Lanes.Store(Lanes.Load(shiftGradient, index, count) + dy, shiftGradient, index, count);
            var dx = dy * Lanes.Load(gain, index, count);
            Lanes.Store(dx, gradient, index, count);
            sum += dx;
            product += dx * x;
        }

        public readonly void ThroughNormalisation(int length, float scale, ushort* rounded)
        {
            var (mean, slope, factor) = (Vector512.Create(Vector512.Sum(sum) / length), Vector512.Create(Vector512.Sum(product) / length), Vector512.Create(scale));
            for (var k = 0; k < length; k += Lanes.Width)
            {
                var count = Lanes.Count(k, length);
                var da = (Lanes.Load(gradient, k, count) - mean - Lanes.Load(normalised, k, count) * slope) * factor;
                Lanes.Store(da, gradient, k, count);
                Lanes.Store(da, rounded, k, count);
            }
        }
    }
}
