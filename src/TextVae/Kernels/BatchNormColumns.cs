using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace TextVae.Kernels;

/// <summary>The columns of a <see cref="FusedBatchNorm"/>, a register's width of them at a time, each from the first row to the last.</summary>
internal sealed unsafe class BatchNormColumns
{
    private readonly Tensor input, gain, shift;
    private readonly long rows;
    private readonly int columns;
    private readonly float* gains, shifts, means, scales;

    /// <param name="input">[..., columns], float32 or bfloat16, contiguous.</param>
    /// <param name="gain">[columns].</param>
    /// <param name="shift">[columns].</param>
    /// <param name="statistics">Mean and reciprocal standard deviation of the input, [2, columns]: written by <see cref="Forward"/>.</param>
    public BatchNormColumns(Tensor input, Tensor gain, Tensor shift, Tensor statistics)
    {
        (this.input, this.gain, this.shift, Statistics) = (input, gain, shift, statistics);
        columns = (int)input.shape[^1];
        rows = input.numel() / columns;
        gains = RowPointers<float>.Start(gain);
        shifts = RowPointers<float>.Start(shift);
        means = RowPointers<float>.Start(statistics);
        scales = means + columns;
    }

    public Tensor Statistics { get; }

    /// <summary>The output, [..., columns], float32; the batch's statistics enter the running ones.</summary>
    public Tensor Forward(Tensor bias, Tensor runningMean, Tensor runningVariance, float epsilon, float momentum)
    {
        var output = empty(input.shape);
        var running = new Running
        {
            Bias = RowPointers<float>.Start(bias),
            Mean = RowPointers<float>.Start(runningMean),
            Variance = RowPointers<float>.Start(runningVariance),
            Epsilon = epsilon,
            Momentum = momentum,
        };
        var y = RowPointers<float>.Start(output);
        var half = input.dtype == bfloat16;
        ThreadTeam.RunColumns(columns, column =>
        {
            var part = new PartLanes(columns - column);
            switch (half, columns - column >= ILanes.Width)
            {
                case (true, true): Forward<ushort, WholeLanes>(default, column, y, running); break;
                case (true, false): Forward<ushort, PartLanes>(part, column, y, running); break;
                case (false, true): Forward<float, WholeLanes>(default, column, y, running); break;
                case (false, false): Forward<float, PartLanes>(part, column, y, running); break;
            }
        });
        return output;
    }

    /// <summary>The gradient by the input, in its type, and by bias, gain and shift, [3, columns].</summary>
    public (Tensor Input, Tensor Parameters) Backward(Tensor outputGradient)
    {
        var (gradient, parameters) = (empty_like(input), empty(3, columns));
        var dy = RowPointers<float>.Start(outputGradient);
        var sums = RowPointers<float>.Start(parameters);
        var half = input.dtype == bfloat16;
        ThreadTeam.RunColumns(columns, column =>
        {
            var part = new PartLanes(columns - column);
            switch (half, columns - column >= ILanes.Width)
            {
                case (true, true): Backward<ushort, WholeLanes>(default, column, dy, gradient, sums); break;
                case (true, false): Backward<ushort, PartLanes>(part, column, dy, gradient, sums); break;
                case (false, true): Backward<float, WholeLanes>(default, column, dy, gradient, sums); break;
                case (false, false): Backward<float, PartLanes>(part, column, dy, gradient, sums); break;
            }
        });
        return (gradient, parameters);
    }

    private void Forward<T, TLanes>(TLanes lanes, int column, float* output, Running running)
        where T : unmanaged
        where TLanes : struct, ILanes
    {
        var x = RowPointers<T>.Start(input) + column;
        var sum = Vector512<float>.Zero;
        for (var row = 0L; row < rows; row++)
        {
            sum += lanes.Load(x + row * columns);
        }
        var (mean, squares) = (sum / rows, Vector512<float>.Zero);
        for (var row = 0L; row < rows; row++)
        {
            var deviation = lanes.Load(x + row * columns) - mean;
            squares = Vector512.FusedMultiplyAdd(deviation, deviation, squares);
        }
        var scale = Vector512<float>.One / Vector512.Sqrt(squares / rows + Vector512.Create(running.Epsilon));
        lanes.Store(mean, means + column);
        lanes.Store(scale, scales + column);
        running.Take(lanes, column, mean, squares / (rows - 1));
        var (slope, shift) = (scale * lanes.Load(gains + column), lanes.Load(shifts + column));
        for (var row = 0L; row < rows; row++)
        {
            var y = Vector512.FusedMultiplyAdd(lanes.Load(x + row * columns) - mean, slope, shift);
            lanes.Store(Vector512.Max(y, Vector512<float>.Zero), output + row * columns + column);
        }
    }

    private void Backward<T, TLanes>(TLanes lanes, int column, float* outputGradient, Tensor inputGradient, float* sums)
        where T : unmanaged
        where TLanes : struct, ILanes
    {
        var x = RowPointers<T>.Start(input) + column;
        var dx = RowPointers<T>.Start(inputGradient) + column;
        var dy = outputGradient + column;
        var (mean, scale) = (lanes.Load(means + column), lanes.Load(scales + column));
        var (gain, shift) = (lanes.Load(gains + column), lanes.Load(shifts + column));
        var (slope, sum, product, inputs) = (scale * gain, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        for (var row = 0L; row < rows * columns; row += columns)
        {
            var deviation = lanes.Load(x + row) - mean;
            var gradient = ThroughRelu(lanes.Load(dy + row), Vector512.FusedMultiplyAdd(deviation, slope, shift));
            sum += gradient;
            product = Vector512.FusedMultiplyAdd(gradient, deviation, product);
        }
        product *= scale;
        lanes.Store(product, sums + columns + column);
        lanes.Store(sum, sums + 2 * columns + column);
        var (average, tilt) = (sum / rows, product * scale / rows);
        for (var row = 0L; row < rows * columns; row += columns)
        {
            var deviation = lanes.Load(x + row) - mean;
            var gradient = ThroughRelu(lanes.Load(dy + row), Vector512.FusedMultiplyAdd(deviation, slope, shift));
            var through = (gradient - average - deviation * tilt) * slope;
            lanes.Store(through, dx + row);
            inputs += through;
        }
        lanes.Store(inputs, sums + column);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> ThroughRelu(Vector512<float> gradient, Vector512<float> y) =>
        Vector512.ConditionalSelect(Vector512.GreaterThan(y, Vector512<float>.Zero), gradient, Vector512<float>.Zero);

    private struct Running
    {
        public float* Bias, Mean, Variance; // [columns]
        public float Epsilon, Momentum;

        public readonly void Take<TLanes>(TLanes lanes, int column, Vector512<float> mean, Vector512<float> variance)
            where TLanes : struct, ILanes
        {
            var (before, share) = (lanes.Load(Mean + column), Vector512.Create(Momentum));
            lanes.Store(before + share * (mean + lanes.Load(Bias + column) - before), Mean + column);
            before = lanes.Load(Variance + column);
            lanes.Store(before + share * (variance - before), Variance + column);
        }
    }
}
