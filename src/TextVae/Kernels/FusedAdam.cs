using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TextVae.Platform.TensorArithmetic;
using static TorchSharp.torch;

namespace TextVae.Kernels;

/// <summary>
/// <see cref="AdamStep"/> applied to all parameters, each in one pass over memory, on the CPU in float32. Each thread takes the
/// same part of every parameter.
/// </summary>
internal static unsafe class FusedAdam
{
    private const int Parts = 1024; // a parameter is split at 1024ths of its length

    private delegate void Range(int index, long from, long to, int worker);

    /// <summary>Moves parameters and their moments; all tensors are contiguous.</summary>
    public static void Apply(AdamStep step, IReadOnlyList<(Tensor Value, Tensor Gradient, Tensor Mean, Tensor Square)> parameters)
    {
        var rows = parameters.Select(p => new Row
        {
            Value = RowPointers<float>.Start(p.Value),
            Gradient = RowPointers<float>.Start(p.Gradient),
            Mean = RowPointers<float>.Start(p.Mean),
            Square = RowPointers<float>.Start(p.Square),
            Size = (float)step.Size,
            Correction = (float)step.Correction,
        }).ToArray();
        Split([.. parameters.Select(p => p.Value.numel())], (index, from, to, _) => rows[index].Compute(from, to));
    }

    /// <summary>The Euclidean norm of contiguous tensors together; the same for the same number of threads, to the last bit.</summary>
    public static double Norm(IReadOnlyList<Tensor> tensors)
    {
        var starts = tensors.Select(tensor => (nint)RowPointers<float>.Start(tensor)).ToArray();
        var sums = new double[ThreadTeam.Workers(Parts)];
        Split([.. tensors.Select(tensor => tensor.numel())], (index, from, to, worker) =>
            sums[worker] += SumOfSquares((float*)starts[index] + from, to - from));
        return Math.Sqrt(sums.Sum());
    }

    private static void Split(long[] lengths, Range body) => ThreadTeam.Run(Parts, (from, to, worker) =>
    {
        for (var index = 0; index < lengths.Length; index++)
        {
            body(index, lengths[index] * from / Parts, lengths[index] * to / Parts, worker);
        }
    });

    private static double SumOfSquares(float* start, long length)
    {
        const int Block = 1024; // summed in float32, blocks in float64
        var total = 0.0;
        for (var block = 0L; block < length; block += Block)
        {
            var (sum, end) = (Vector512<float>.Zero, Math.Min(length, block + Block));
            var k = block;
            for (; k + ILanes.Width <= end; k += ILanes.Width)
            {
                var x = default(WholeLanes).Load(start + k);
                sum = Vector512.FusedMultiplyAdd(x, x, sum);
            }
            if (k < end)
            {
                var x = new PartLanes((int)(end - k)).Load(start + k);
                sum = Vector512.FusedMultiplyAdd(x, x, sum);
            }
            total += Vector512.Sum(sum);
        }
        return total;
    }

    private struct Row
    {
        public float* Value, Gradient, Mean, Square;
        public float Size, Correction;

        public readonly void Compute(long from, long to)
        {
            var k = from;
            for (; k + ILanes.Width <= to; k += ILanes.Width)
            {
                Move(new WholeLanes(), k);
            }
            if (k < to)
            {
                Move(new PartLanes((int)(to - k)), k);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void Move<TLanes>(TLanes lanes, long k)
            where TLanes : struct, ILanes
        {
            const float Fresh1 = (float)(1 - AdamStep.Beta1), Fresh2 = (float)(1 - AdamStep.Beta2);
            var g = lanes.Load(Gradient + k);
            var m = lanes.Load(Mean + k) * (float)AdamStep.Beta1 + g * Fresh1;
            var s = lanes.Load(Square + k) * (float)AdamStep.Beta2 + g * g * Fresh2;
            lanes.Store(m, Mean + k);
            lanes.Store(s, Square + k);
            var step = m * Size / (Vector512.Sqrt(s) / Correction + Vector512.Create((float)AdamStep.Epsilon));
            lanes.Store(lanes.Load(Value + k) - step, Value + k);
        }
    }
}

/// <summary>The arithmetic of one step of Adam (Kingma and Ba 2014, algorithm 1), the same for every parameter.</summary>
/// <param name="Size">The learning rate, divided by the mean's correction for its zero start.</param>
/// <param name="Correction">By which the root of the square is divided, for its zero start.</param>
internal readonly record struct AdamStep(double Size, double Correction)
{
    public const double Beta1 = 0.9;
    public const double Beta2 = 0.999;
    public const double Epsilon = 1e-8;

    /// <param name="step">Which step, from 1.</param>
    /// <param name="learningRate">Of this step.</param>
    public static AdamStep At(long step, double learningRate) =>
        new(learningRate / (1 - Math.Pow(Beta1, step)), Math.Sqrt(1 - Math.Pow(Beta2, step)));

    /// <summary>Moves one parameter and its moments by torch's own operations; <see cref="FusedAdam"/> moves many.</summary>
    public void ApplyPlain(Tensor value, Tensor gradient, Tensor mean, Tensor square)
    {
        using var beta1 = Number(Beta1);
        using var beta2 = Number(Beta2);
        using var fresh1 = Number(1 - Beta1);
        using var fresh2 = Number(1 - Beta2);
        using var correction = Number(Correction);
        using var epsilon = Number(Epsilon);
        using var size = Number(-Size);
        mean.mul_(beta1).add_(gradient, fresh1);
        square.mul_(beta2).addcmul_(gradient, gradient, fresh2);
        value.addcdiv_(mean, square.sqrt().div_(correction).add_(epsilon, One), size);
    }
}
