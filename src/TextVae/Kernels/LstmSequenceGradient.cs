using static TorchSharp.torch;

namespace TextVae.Kernels;

/// <summary>The gradients of an <see cref="LstmSequence"/>, split among threads like it.</summary>
internal sealed unsafe class LstmSequenceGradient
{
    private readonly PackedPositions positions;
    private readonly bool hasHidden;
    private readonly Tensor tokens, gain, shift;
    private readonly Tensor normalised, scales, cells, operands;
    private readonly Tensor? cell;
    private readonly Tensor outputGradient, recurrentGradient, cellGradient, productGradient, rowGradient, gainGradient, shiftGradient;
    private readonly BlockedMatrix step;

    /// <param name="saved"><see cref="LstmSequence.Saved"/>.</param>
    /// <param name="step">The product with the transpose of its weights.</param>
    /// <param name="positions">Its.</param>
    /// <param name="hasHidden">Whether it began with a hidden state.</param>
    /// <param name="tokenRows">Rows that tokens can choose.</param>
    /// <param name="outputs">The loss's gradient by the hidden states [positions, hidden].</param>
    public LstmSequenceGradient(List<Tensor> saved, BlockedMatrix step, PackedPositions positions, bool hasHidden, long tokenRows, Tensor outputs)
    {
        (this.step, this.positions, this.hasHidden) = (step, positions, hasHidden);
        (tokens, gain, shift) = (saved[0], saved[1], saved[2]);
        (normalised, scales, cells, operands, cell) = (saved[3], saved[4], saved[5], saved[6], saved[7]);
        var (texts, size, type) = (positions.Sizes[0], cells.size(1), step.Type);
        var bounds = positions.Split(ThreadTeam.Workers(texts));
        var workers = bounds.Length - 1;

        outputGradient = outputs.contiguous();
        cellGradient = zeros(texts, size);
        recurrentGradient = zeros(texts, size);
        productGradient = empty(positions.Count, 4 * size, type);
        rowGradient = zeros(workers, tokenRows, 4 * size);
        gainGradient = zeros(workers, 4 * size);
        shiftGradient = zeros(workers, 4 * size);
        ThreadTeam.Run(bounds, type == float32 ? Run<float> : Run<ushort>);
    }

    /// <summary>[positions, 4 * hidden], in the products' type.</summary>
    public Tensor Product => productGradient;

    /// <summary>[token rows, 4 * hidden].</summary>
    public Tensor Rows() => rowGradient.sum([0L]);

    /// <summary>One product for all steps; where there was no hidden state, the first step's has no part in it.</summary>
    public Tensor Weight()
    {
        var first = hasHidden ? 0 : positions.Sizes[0];
        var count = positions.Count - first;
        return BlockedMatrix.Gradient(operands.narrow(0, first, count), productGradient.narrow(0, first, count)).to(float32);
    }

    public Tensor Gain() => gainGradient.sum([0L]);

    public Tensor Shift() => shiftGradient.sum([0L]);

    public Tensor? Hidden() => hasHidden ? recurrentGradient : null;

    public Tensor? Cell => cell is null ? null : cellGradient;

    private void Run<T>(int from, int to, int worker)
        where T : unmanaged
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        RowPointers<float> xHat = new(normalised), scale = new(scales), c = new(cells), c0 = new(cell ?? zeros_like(cellGradient));
        RowPointers<float> dh = new(outputGradient), dc = new(cellGradient), recurrent = new(recurrentGradient);
        RowPointers<T> da = new(productGradient);
        var token = new TokenRows(tokens, rowGradient[worker]);
        var exact = RowPointers<float>.Start(empty(step.Inner));
        var row = new LstmBackwardRow<T>
        {
            Size = (int)cells.size(1),
            Gain = RowPointers<float>.Start(gain),
            Shift = RowPointers<float>.Start(shift),
            GainGradient = new RowPointers<float>(gainGradient)[0, worker],
            ShiftGradient = new RowPointers<float>(shiftGradient)[0, worker],
        };
        for (var t = positions.Sizes.Length - 1; t >= 0; t--)
        {
            var (end, first) = (int.Min(to, positions.Sizes[t]), positions.Offsets[t]);
            var before = t == 0 ? 0 : positions.Offsets[t - 1];
            for (var i = from; i < end; i++)
            {
                row.Normalised = xHat[0, first + i];
                row.Scale = scale[0, first + i];
                row.Cell = c[0, first + i];
                row.PreviousCell = t == 0 ? c0[0, i] : c[0, before + i];
                row.OutputGradient = dh[0, first + i];
                row.RecurrentGradient = recurrent[0, i];
                row.CellGradient = dc[0, i];
                row.ProductGradient = da[0, first + i];
                row.Gradient = typeof(T) == typeof(float) ? (float*)da[0, first + i] : exact;
                row.RowGradient = token[first + i];
                row.Compute();
            }
            if (end > from && (t > 0 || hasHidden))
            {
                step.Compute(productGradient, first + from, end - from, recurrentGradient, from);
            }
        }
        BlockProducts.Release();
    }
}
