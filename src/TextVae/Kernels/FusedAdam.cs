using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TextVae.Platform.TensorArithmetic;
using static TorchSharp.torch;

namespace TextVae.Kernels;

/// <summary>
/// <see cref="AdamStep"/> applied to all parameters, each in one pass over memory, on the CPU in float32.
/// </summary>
internal static unsafe class FusedAdam
{
    /// <summary>
    /// Moves parameters and their moments; all tensors are contiguous, but gradients may be sparse (<see cref="SparseRows"/>), with
    /// each row once. A row that a gradient lacks moves as by one of zeros.
    /// </summary>
    /// <param name="step">The arithmetic.</param>
    /// <param name="parameters">What moves, and by what.</param>
    /// <param name="team">Who computes.</param>
    public static void Apply(AdamStep step, IReadOnlyList<(Tensor Value, Tensor Gradient, Tensor Mean, Tensor Square)> parameters, WorkerTeam team)
    {
        using var scope = NewDisposeScope();
        var moves = parameters.Select(p => new Movement
        {
            Value = RowPointers<float>.Start(p.Value),
            Mean = RowPointers<float>.Start(p.Mean),
            Square = RowPointers<float>.Start(p.Square),
            Size = (float)step.Size,
            Correction = (float)step.Correction,
        }).ToArray();
        var gradients = parameters.Select(p => p.Gradient.is_sparse ? new GradientRows(p.Gradient) : null).ToArray();
        var dense = parameters.Select(p => p.Gradient.is_sparse ? 0 : (nint)RowPointers<float>.Start(p.Gradient)).ToArray();
        ParameterParts.Split(team, [.. parameters.Select(p => p.Value.numel())], (index, from, to, _) =>
        {
            if (gradients[index] is { } rows)
            {
                rows.Compute(moves[index], from, to);
            }
            else
            {
                moves[index].Compute((float*)dense[index], from, to);
            }
        });
    }

    /// <summary>Where each row of a sparse gradient is.</summary>
    private sealed class GradientRows
    {
        private readonly float* values, missing;
        private readonly long columns;
        private readonly int[] places; // of each row of the parameter among those of the gradient

        public GradientRows(Tensor gradient)
        {
            columns = gradient.size(1);
            values = RowPointers<float>.Start(gradient.SparseValues);
            missing = RowPointers<float>.Start(zeros(columns));
            places = new int[gradient.size(0)];
            Array.Fill(places, -1);
            var ids = SparseRows.Ids(gradient).data<long>().ToArray();
            for (var place = 0; place < ids.Length; place++)
            {
                places[ids[place]] = place;
            }
        }

        public void Compute(Movement move, long from, long to)
        {
            for (var row = from / columns; row * columns < to; row++)
            {
                var start = places[row] < 0 ? missing : values + places[row] * columns;
                move.Compute(start - row * columns, long.Max(from, row * columns), long.Min(to, (row + 1) * columns));
            }
        }
    }

    private struct Movement
    {
        public float* Value, Mean, Square;
        public float Size, Correction;

        /// <summary>Moves some of a parameter's numbers.</summary>
        /// <param name="gradient">Where that of the parameter's first number is, or would be.</param>
        /// <param name="from">The first of them.</param>
        /// <param name="to">The end.</param>
        public readonly void Compute(float* gradient, long from, long to)
        {
            var k = from;
            for (; k + ILanes.Width <= to; k += ILanes.Width)
            {
                Move(new WholeLanes(), gradient, k);
            }
            if (k < to)
            {
                Move(new PartLanes((int)(to - k)), gradient, k);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void Move<TLanes>(TLanes lanes, float* gradient, long k)
            where TLanes : struct, ILanes
        {
            const float Fresh1 = (float)(1 - AdamStep.Beta1), Fresh2 = (float)(1 - AdamStep.Beta2);
            var g = lanes.Load(gradient + k);
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
