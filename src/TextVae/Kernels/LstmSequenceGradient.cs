using static TorchSharp.torch;

namespace TextVae.Kernels;

/// <summary>The gradients of an <see cref="LstmSequence"/>, split among threads like it.</summary>
internal sealed unsafe class LstmSequenceGradient
{
    private readonly Tensor transposed, gain, shift;
    private readonly Tensor normalised, scales, cells, states;
    private readonly Tensor? hidden, cell;
    private readonly Tensor outputGradient, recurrentGradient, cellGradient, projectedGradient, productGradient, gainGradient, shiftGradient;

    /// <param name="saved"><see cref="LstmSequence.Saved"/>.</param>
    /// <param name="outputs">The loss's gradient by the hidden states [time, batch, hidden]; null: zero.</param>
    /// <param name="lastCell">The loss's gradient by the last cell [batch, hidden]; null: zero.</param>
    public LstmSequenceGradient(List<Tensor> saved, Tensor? outputs, Tensor? lastCell)
    {
        (transposed, gain, shift) = (saved[0].t(), saved[1], saved[2]);
        (normalised, scales, cells, states) = (saved[3], saved[4], saved[5], saved[6]);
        (hidden, cell) = (saved[7], saved[8]);
        var (time, batch, size, type) = (cells.shape[0], cells.shape[1], cells.shape[2], transposed.dtype);
        var workers = ThreadTeam.Workers((int)batch);

        outputGradient = outputs?.contiguous() ?? zeros(1, batch, size);
        cellGradient = lastCell?.clone() ?? zeros(batch, size);
        recurrentGradient = zeros(batch, size, type);
        projectedGradient = empty(time, batch, 4 * size);
        productGradient = type == float32 ? projectedGradient : empty(time, batch, 4 * size, type); // as the products read it
        gainGradient = zeros(workers, 4 * size);
        shiftGradient = zeros(workers, 4 * size);
        ThreadTeam.Run((int)batch, type == float32 ? Run<float> : Run<ushort>);
    }

    public Tensor Projected => projectedGradient;

    /// <summary>One product for the steps that have a step before them, one more if the first had a hidden state.</summary>
    public Tensor Weight()
    {
        var sum = states[..^1].flatten(0, 1).t().matmul(productGradient[1..].flatten(0, 1));
        return (hidden is null ? sum : sum.addmm_(hidden.t(), productGradient[0], beta: 1, alpha: 1)).to(float32);
    }

    public Tensor Gain => gainGradient.sum([0L]);

    public Tensor Shift => shiftGradient.sum([0L]);

    public Tensor? Hidden => hidden is null ? null : recurrentGradient.to(float32);

    public Tensor? Cell => cell is null ? null : cellGradient;

    private void Run<T>(int from, int to, int worker)
        where T : unmanaged
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var own = productGradient.narrow(1, from, to - from);
        var ownRecurrent = recurrentGradient.narrow(0, from, to - from);
        RowPointers<float> xHat = new(normalised), scale = new(scales), c = new(cells), c0 = new(cell ?? zeros_like(cellGradient));
        RowPointers<float> dh = new(outputGradient), dc = new(cellGradient), da = new(projectedGradient);
        RowPointers<T> roundedDa = new(productGradient), recurrent = new(recurrentGradient);
        var row = new LstmBackwardRow<T>
        {
            Size = (int)transposed.shape[1],
            Gain = RowPointers<float>.Start(gain),
            Shift = RowPointers<float>.Start(shift),
            GainGradient = new RowPointers<float>(gainGradient)[0, worker],
            ShiftGradient = new RowPointers<float>(shiftGradient)[0, worker],
        };
        for (var t = (int)states.shape[0] - 1; t >= 0; t--)
        {
            for (var i = from; i < to; i++)
            {
                row.Normalised = xHat[t, i];
                row.Scale = scale[t, i];
                row.Cell = c[t, i];
                row.PreviousCell = t == 0 ? c0[0, i] : c[t - 1, i];
                row.OutputGradient = dh[t, i];
                row.RecurrentGradient = recurrent[0, i];
                row.CellGradient = dc[0, i];
                row.ProjectedGradient = da[t, i];
                row.ProductGradient = roundedDa[t, i];
                row.Compute();
            }
            if (t > 0 || hidden is not null)
            {
                using var gradient = own[t];
                _ = ownRecurrent.addmm_(gradient, transposed, beta: 0, alpha: 1);
            }
        }
    }
}
