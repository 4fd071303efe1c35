using static TorchSharp.torch;

namespace TextVae.Kernels;

/// <summary>
/// One run of a layer-normalised LSTM over packed texts, with what its gradient needs. Each thread takes its texts
/// through all steps, so that none ever waits for another.
/// </summary>
internal sealed unsafe class LstmSequence
{
    private readonly PackedPositions positions;
    private readonly bool forBackward;
    private readonly Tensor inputs, rows, tokens;
    private readonly Tensor gain, shift;
    private readonly Tensor? cell;
    private readonly bool hasHidden;
    private readonly Tensor normalised, scales, cells, operands;
    private readonly BlockedMatrix product;

    public LstmSequence(
        ProjectedInput input, PackedPositions positions, Tensor gain, Tensor shift, Tensor? hidden, Tensor? cell, BlockedMatrix product, bool forBackward)
    {
        var type = product.Type;
        var (texts, size) = (positions.Sizes[0], product.Inner);
        (this.positions, this.forBackward, this.product, this.cell) = (positions, forBackward, product, cell?.contiguous());
        inputs = input.Product?.to(type).contiguous() ?? zeros(1, 4 * size, type);
        rows = input.Rows?.contiguous() ?? zeros(1, 4 * size);
        tokens = input.Tokens?.contiguous() ?? zeros(positions.Count, int64);
        (this.gain, this.shift) = (gain.contiguous(), shift.contiguous());
        var kept = forBackward ? positions.Count : texts; // without a gradient to come, every step writes over the last one's
        normalised = empty(kept, 4 * size);
        scales = empty(kept, 1);
        cells = empty(kept, size);
        operands = empty(kept, size, type);
        Outputs = empty(positions.Count, size);
        hasHidden = hidden is not null;
        using (var first = operands.narrow(0, 0, texts))
        {
            _ = hidden is null ? first.zero_() : first.copy_(hidden);
        }
        ThreadTeam.Run(positions.Split(ThreadTeam.Workers(texts)), type == float32 ? Run<float> : Run<ushort>);
    }

    /// <summary>Hidden states [positions, hidden].</summary>
    public Tensor Outputs { get; }

    /// <summary>What <see cref="LstmSequenceGradient"/> takes.</summary>
    public List<Tensor> Saved => [tokens, gain, shift, normalised, scales, cells, operands, cell!];

    private void Run<T>(int from, int to, int worker)
        where T : unmanaged
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var size = (int)product.Inner;
        var recurrence = zeros(to - from, 4 * size);
        var token = new TokenRows(tokens, rows);
        RowPointers<float> xHat = new(normalised), scale = new(scales), h = new(Outputs);
        RowPointers<float> c = new(cells), c0 = new(cell ?? zeros(positions.Sizes[0], size)), recurrent = new(recurrence);
        RowPointers<T> x = new(inputs), operand = new(operands), nowhere = new(empty(1, size, operands.dtype));
        var row = new LstmForwardRow<T>
        {
            Size = size,
            Gain = RowPointers<float>.Start(gain),
            Shift = RowPointers<float>.Start(shift),
        };
        var before = 0; // where the step before is kept
        for (var t = 0; t < positions.Sizes.Length && positions.Sizes[t] > from; t++)
        {
            var (end, first) = (int.Min(to, positions.Sizes[t]), positions.Offsets[t]);
            var (here, next) = forBackward ? (first, first + positions.Sizes[t]) : (0, 0);
            var following = t + 1 < positions.Sizes.Length ? positions.Sizes[t + 1] : 0;
            if (t > 0 || hasHidden)
            {
                product.Compute(operands, here + from, end - from, recurrence, 0);
            }
            for (var i = from; i < end; i++)
            {
                row.Product = x[0, first + i];
                row.Row = token[first + i];
                row.Recurrent = recurrent[0, i - from];
                row.PreviousCell = t == 0 ? c0[0, i] : c[0, before + i];
                row.Normalised = xHat[0, here + i];
                row.Scale = scale[0, here + i];
                row.Cell = c[0, here + i];
                row.Hidden = h[0, first + i];
                row.State = i < following ? operand[0, next + i] : nowhere[0, 0];
                row.Compute();
            }
            before = here;
        }
        BlockProducts.Release();
    }
}
