using static TorchSharp.torch;

namespace TextVae.Kernels;

/// <summary>The gradients of an <see cref="LstmSequence"/>.</summary>
internal static unsafe class LstmSequenceGradient
{
    /// <summary>Gradients of projected, weight, gain, shift, hidden and cell; null for a hidden or cell that was not given.</summary>
    /// <param name="saved"><see cref="LstmSequence.Saved"/>.</param>
    /// <param name="outputs">The loss's gradient by the hidden states [time, batch, hidden]; null: zero.</param>
    /// <param name="lastCell">The loss's gradient by the last cell [batch, hidden]; null: zero.</param>
    public static List<Tensor?> Compute(List<Tensor> saved, Tensor? outputs, Tensor? lastCell)
    {
        var (weight, gain, shift) = (saved[0], saved[1], saved[2]);
        var (normalised, scales, cells, states) = (saved[3], saved[4], saved[5], saved[6]);
        var (hidden, cell) = (saved[7], saved[8]);
        var (time, batch, size) = ((int)cells.shape[0], (int)cells.shape[1], (int)cells.shape[2]);
        var type = weight.dtype;
        var workers = ThreadTeam.Size;

        outputs = outputs?.contiguous();
        var cellGradient = lastCell?.clone() ?? zeros(batch, size);
        var recurrentGradient = empty(batch, size, type);
        var projectedGradient = empty(time, batch, 4 * size);
        var rounded = type == float32 ? projectedGradient : empty(time, batch, 4 * size, type); // as the products read it
        var gainGradient = zeros(workers, 4 * size);
        var shiftGradient = zeros(workers, 4 * size);
        var transposed = weight.t();

        if (type == float32)
        {
            Run<float>();
        }
        else
        {
            Run<ushort>();
        }
        return
        [
            projectedGradient,
            WeightGradient().to(float32),
            gainGradient.sum([0L]),
            shiftGradient.sum([0L]),
            hidden is null ? null : recurrentGradient.to(float32),
            cell is null ? null : cellGradient,
        ];

        void Run<T>()
            where T : unmanaged
        {
            StepPointers<float> xHat = new(normalised), scale = new(scales), c = new(cells), dh = new(outputs), da = new(projectedGradient);
            var roundedDa = new StepPointers<ushort>(type == float32 ? null : rounded);
            var step = new LstmBackwardStep<T>
            {
                HiddenSize = size,
                Gain = First(gain),
                Shift = First(shift),
                CellGradient = First(cellGradient),
                GainGradient = First(gainGradient),
                ShiftGradient = First(shiftGradient),
            };
            for (var t = time - 1; t >= 0; t--)
            {
                step.Normalised = xHat[t];
                step.Scale = scale[t];
                step.Cell = c[t];
                step.PreviousCell = t == 0 ? First(cell) : c[t - 1];
                step.OutputGradient = dh[t];
                step.ProjectedGradient = da[t];
                step.RoundedGradient = roundedDa[t];
                ThreadTeam.Run(&LstmBackwardStep<T>.Run, &step, batch, workers);
                if (t > 0 || hidden is not null)
                {
                    using var gradient = rounded[t];
                    recurrentGradient.addmm_(gradient, transposed, beta: 0, alpha: 1);
                    step.RecurrentGradient = new StepPointers<T>(recurrentGradient)[0];
                }
            }
        }

        // One product for the steps that have a step before them, one for the first if it had a state.
        Tensor WeightGradient()
        {
            var sum = states[..^1].reshape(-1, size).t().matmul(rounded[1..].reshape(-1, 4 * size));
            return hidden is null ? sum : sum.addmm_(hidden.t(), rounded[0], beta: 1, alpha: 1);
        }

        static float* First(Tensor? tensor) => new StepPointers<float>(tensor)[0];
    }
}
