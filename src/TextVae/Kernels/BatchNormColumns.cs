using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace TextVae.Kernels;

/// <summary>
/// The columns of a <see cref="FusedBatchNorm"/>, a register's width of them at a time, each from the first row to the last.
/// Workers that share a batch add up their columns' sums, so that mean and variance are those of the whole batch.
/// </summary>
internal sealed unsafe class BatchNormColumns
{
    private readonly Tensor input;
    private readonly void* inputs;
    private readonly long ownRows;
    private readonly int columns;
    private readonly float floor;
    private readonly float* gains, shifts, means, scales;

    /// <param name="input">[..., columns], float32 or bfloat16, contiguous.</param>
    /// <param name="gain">[columns].</param>
    /// <param name="shift">[columns].</param>
    /// <param name="floor">The least output: 0 for ReLU, minus infinity for none.</param>
    /// <param name="statistics">Mean and reciprocal standard deviation of the batch, [2, columns]: written by <see cref="Forward"/>.</param>
    public BatchNormColumns(Tensor input, Tensor gain, Tensor shift, float floor, Tensor statistics)
    {
        (this.input, this.floor, Statistics) = (input, floor, statistics);
        inputs = RowPointers<byte>.Start(input);
        columns = (int)input.size(-1);
        ownRows = Rows = input.numel() / columns;
        gains = RowPointers<float>.Start(gain);
        shifts = RowPointers<float>.Start(shift);
        means = RowPointers<float>.Start(statistics);
        scales = means + columns;
    }

    /// <summary>As given.</summary>
    public Tensor Statistics { get; }

    /// <summary>Rows of the whole batch, known after <see cref="Forward"/>; to be set before <see cref="Backward"/>.</summary>
    public long Rows { get; init; }

    /// <summary>The output, [..., columns], float32; the batch's statistics enter the running ones.</summary>
    public (Tensor Output, long Rows) Forward(Tensor bias, Tensor runningMean, Tensor runningVariance, float epsilon, float momentum)
    {
        var (output, all) = (empty_like(input, float32), new double[2 * columns + 1]); // sum and sum of squares of each column, rows
        EachColumn(new Moments(this));
        for (var column = 0; column < columns; column++)
        {
            var mean = (double)means[column];
            (all[column], all[columns + column]) = (mean * ownRows, scales[column] + mean * mean * ownRows);
        }
        all[^1] = ownRows;
        var worker = WorkerTeam.Current;
        worker?.Sum(all);
        var rows = all[^1];
        float* b = RowPointers<float>.Start(bias), runningMeans = RowPointers<float>.Start(runningMean), runningVariances = RowPointers<float>.Start(runningVariance);
        for (var column = 0; column < columns; column++)
        {
            var mean = worker is null ? means[column] : all[column] / rows;
            var squares = worker is null ? scales[column] : Math.Max(0, all[columns + column] - mean * mean * rows);
            (means[column], scales[column]) = ((float)mean, 1 / MathF.Sqrt((float)(squares / rows) + epsilon));
            if (worker is null or { Number: 0 })
            {
                runningMeans[column] += momentum * ((float)mean + b[column] - runningMeans[column]);
                runningVariances[column] += momentum * ((float)(squares / (rows - 1)) - runningVariances[column]);
            }
        }
        EachColumn(new Normalisation(this, RowPointers<float>.Start(output)));
        return (output, (long)rows);
    }

    /// <summary>The gradient by the input, in a type of one's choice, and by bias, gain and shift, [3, columns].</summary>
    public (Tensor Input, Tensor Parameters) Backward(Tensor outputGradient, ScalarType type)
    {
        var (gradient, parameters, all) = (empty_like(input, type), empty(3, columns), new double[2 * columns]);
        float* dy = RowPointers<float>.Start(outputGradient), sums = RowPointers<float>.Start(parameters);
        EachColumn(new GradientSums(this, dy, sums));
        for (var k = 0; k < 2 * columns; k++)
        {
            all[k] = sums[columns + k];
        }
        WorkerTeam.Current?.Sum(all);
        using var ofAll = empty(2, columns);
        var totals = RowPointers<float>.Start(ofAll);
        for (var k = 0; k < 2 * columns; k++)
        {
            totals[k] = (float)all[k];
        }
        if (type == bfloat16)
        {
            EachColumn(new GradientThrough<ushort>(this, dy, RowPointers<ushort>.Start(gradient), sums, totals));
        }
        else
        {
            EachColumn(new GradientThrough<float>(this, dy, RowPointers<float>.Start(gradient), sums, totals));
        }
        return (gradient, parameters);
    }

    private void EachColumn<TPass>(TPass pass)
        where TPass : struct, IPass
    {
        var half = input.dtype == bfloat16;
        ThreadTeam.RunColumns(columns, column =>
        {
            var part = new PartLanes(columns - column);
            switch (half, columns - column >= ILanes.Width)
            {
                case (true, true): pass.Take<ushort, WholeLanes>(default, column); break;
                case (true, false): pass.Take<ushort, PartLanes>(part, column); break;
                case (false, true): pass.Take<float, WholeLanes>(default, column); break;
                case (false, false): pass.Take<float, PartLanes>(part, column); break;
            }
        });
    }

    private interface IPass
    {
        void Take<T, TLanes>(TLanes lanes, int column)
            where T : unmanaged
            where TLanes : struct, ILanes;
    }

    /// <summary>Writes the mean of the rows, and the sum of squared deviations from it where the scales will be.</summary>
    private readonly struct Moments(BatchNormColumns all) : IPass
    {
        public void Take<T, TLanes>(TLanes lanes, int column)
            where T : unmanaged
            where TLanes : struct, ILanes
        {
            var x = (T*)all.inputs + column;
            var (length, width) = (all.ownRows * all.columns, all.columns);
            var sum = Vector512<float>.Zero;
            for (var row = 0L; row < length; row += width)
            {
                sum += lanes.Load(x + row);
            }
            var (mean, squares) = (sum / all.ownRows, Vector512<float>.Zero);
            for (var row = 0L; row < length; row += width)
            {
                var deviation = lanes.Load(x + row) - mean;
                squares = Vector512.FusedMultiplyAdd(deviation, deviation, squares);
            }
            lanes.Store(mean, all.means + column);
            lanes.Store(squares, all.scales + column);
        }
    }

    private readonly struct Normalisation(BatchNormColumns all, float* output) : IPass
    {
        public void Take<T, TLanes>(TLanes lanes, int column)
            where T : unmanaged
            where TLanes : struct, ILanes
        {
            var x = (T*)all.inputs + column;
            var (length, width) = (all.ownRows * all.columns, all.columns);
            var (mean, shift, floor) = (lanes.Load(all.means + column), lanes.Load(all.shifts + column), Vector512.Create(all.floor));
            var slope = lanes.Load(all.scales + column) * lanes.Load(all.gains + column);
            for (var row = 0L; row < length; row += width)
            {
                var y = Vector512.FusedMultiplyAdd(lanes.Load(x + row) - mean, slope, shift);
                lanes.Store(Vector512.Max(y, floor), output + row + column);
            }
        }
    }

    /// <summary>Writes the gradients by gain and shift, which are the sums that the input's gradient needs.</summary>
    private readonly struct GradientSums(BatchNormColumns all, float* outputGradient, float* sums) : IPass
    {
        public void Take<T, TLanes>(TLanes lanes, int column)
            where T : unmanaged
            where TLanes : struct, ILanes
        {
            var x = (T*)all.inputs + column;
            var (length, width) = (all.ownRows * all.columns, all.columns);
            var dy = outputGradient + column;
            var line = new Line<TLanes>(all, lanes, column);
            var (sum, product) = (Vector512<float>.Zero, Vector512<float>.Zero);
            for (var row = 0L; row < length; row += width)
            {
                var deviation = lanes.Load(x + row) - line.Mean;
                var gradient = line.Through(lanes.Load(dy + row), deviation);
                sum += gradient;
                product = Vector512.FusedMultiplyAdd(gradient, deviation, product);
            }
            lanes.Store(product * line.Scale, sums + all.columns + column);
            lanes.Store(sum, sums + 2 * all.columns + column);
        }
    }

    private readonly struct GradientThrough<TGradient>(BatchNormColumns all, float* outputGradient, TGradient* inputGradient, float* sums, float* totals) : IPass
        where TGradient : unmanaged
    {
        public void Take<T, TLanes>(TLanes lanes, int column)
            where T : unmanaged
            where TLanes : struct, ILanes
        {
            var x = (T*)all.inputs + column;
            var (length, width) = (all.ownRows * all.columns, all.columns);
            var dy = outputGradient + column;
            var dx = inputGradient + column;
            var line = new Line<TLanes>(all, lanes, column);
            var tilt = lanes.Load(totals + column) * line.Scale / all.Rows;
            var average = lanes.Load(totals + all.columns + column) / all.Rows;
            var inputs = Vector512<float>.Zero;
            for (var row = 0L; row < length; row += width)
            {
                var deviation = lanes.Load(x + row) - line.Mean;
                var through = (line.Through(lanes.Load(dy + row), deviation) - average - deviation * tilt) * line.Slope;
                lanes.Store(through, dx + row);
                inputs += through;
            }
            lanes.Store(inputs, sums + column);
        }
    }

    /// <summary>y = deviation * slope + shift, and its gradient where y is above the floor.</summary>
    private readonly struct Line<TLanes>(BatchNormColumns all, TLanes lanes, int column)
        where TLanes : struct, ILanes
    {
        private readonly Vector512<float> _shift = lanes.Load(all.shifts + column), _floor = Vector512.Create(all.floor);

        public Vector512<float> Mean { get; } = lanes.Load(all.means + column);

        public Vector512<float> Scale { get; } = lanes.Load(all.scales + column);

        public Vector512<float> Slope { get; } = lanes.Load(all.scales + column) * lanes.Load(all.gains + column);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Through(Vector512<float> gradient, Vector512<float> deviation) => Vector512.ConditionalSelect(
            Vector512.GreaterThan(Vector512.FusedMultiplyAdd(deviation, Slope, _shift), _floor), gradient, Vector512<float>.Zero);
    }
}
