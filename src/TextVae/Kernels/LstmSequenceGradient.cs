using static TorchSharp.torch;

namespace TextVae.Kernels;

/// <summary>The gradients of an <see cref="LstmSequence"/>, split among threads like it.</summary>
internal sealed unsafe class LstmSequenceGradient
{
    private readonly Tensor tokens, transposed, gain, shift;
    private readonly Tensor normalised, scales, cells, states;
    private readonly Tensor? hidden, cell;
    private readonly Tensor outputGradient, recurrentGradient, cellGradient, productGradient, rowGradient, gainGradient, shiftGradient;
    private readonly StepProduct step;

    /// <param name="saved"><see cref="LstmSequence.Saved"/>.</param>
    /// <param name="vocabulary">Rows that tokens can choose.</param>
    /// <param name="outputs">The loss's gradient by the hidden states [time, batch, hidden]; null: zero.</param>
    /// <param name="lastCell">The loss's gradient by the last cell [batch, hidden]; null: zero.</param>
    public LstmSequenceGradient(List<Tensor> saved, long vocabulary, Tensor? outputs, Tensor? lastCell)
    {
        (tokens, transposed, gain, shift) = (saved[0], saved[1].t(), saved[2], saved[3]);
        (normalised, scales, cells, states) = (saved[4], saved[5], saved[6], saved[7]);
        (hidden, cell) = (saved[8], saved[9]);
        var (time, batch, size, type) = (cells.shape[0], cells.shape[1], cells.shape[2], transposed.dtype);
        var workers = ThreadTeam.Workers((int)batch);

        outputGradient = outputs?.contiguous() ?? zeros(1, batch, size);
        cellGradient = lastCell?.clone() ?? zeros(batch, size);
        recurrentGradient = zeros(batch, size);
        productGradient = empty(time, batch, 4 * size, type);
        rowGradient = zeros(workers, vocabulary, 4 * size);
        gainGradient = zeros(workers, 4 * size);
        shiftGradient = zeros(workers, 4 * size);
        step = new StepProduct(transposed);
        ThreadTeam.Run((int)batch, type == float32 ? Run<float> : Run<ushort>);
    }

    /// <summary>[time, batch, 4 * hidden], in the products' type.</summary>
    public Tensor Product => productGradient;

    /// <summary>[vocabulary, 4 * hidden].</summary>
    public Tensor Rows() => rowGradient.sum([0L]);

    /// <summary>One product for the steps that have a step before them, one more if the first had a hidden state.</summary>
    public Tensor Weight()
    {
        var sum = states[..^1].flatten(0, 1).t().matmul(productGradient[1..].flatten(0, 1));
        return (hidden is null ? sum : sum.addmm_(hidden.t(), productGradient[0], beta: 1, alpha: 1)).to(float32);
    }

    public Tensor Gain() => gainGradient.sum([0L]);

    public Tensor Shift() => shiftGradient.sum([0L]);

    public Tensor? Hidden() => hidden is null ? null : recurrentGradient;

    public Tensor? Cell => cell is null ? null : cellGradient;

    private void Run<T>(int from, int to, int worker)
        where T : unmanaged
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var own = productGradient.narrow(1, from, to - from);
        var ownRecurrent = recurrentGradient.narrow(0, from, to - from);
        RowPointers<float> xHat = new(normalised), scale = new(scales), c = new(cells), c0 = new(cell ?? zeros_like(cellGradient));
        RowPointers<float> dh = new(outputGradient), dc = new(cellGradient), recurrent = new(recurrentGradient);
        RowPointers<T> da = new(productGradient);
        var token = new TokenRows(tokens, rowGradient[worker]);
        var exact = RowPointers<float>.Start(empty(transposed.shape[0]));
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
                row.ProductGradient = da[t, i];
                row.Gradient = typeof(T) == typeof(float) ? (float*)da[t, i] : exact;
                row.RowGradient = token[t, i];
                row.Compute();
            }
            if (t > 0 || hidden is not null)
            {
                using var gradient = own[t];
                step.Compute(gradient, ownRecurrent);
            }
        }
        BlockProducts.Release();
    }
}
