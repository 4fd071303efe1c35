using static TorchSharp.torch;

namespace TextVae.Kernels;

/// <summary>
/// One run of a layer-normalised LSTM over a sequence, with what its gradient needs. Each thread takes its texts
/// through all steps, so that none ever waits for another.
/// </summary>
internal sealed unsafe class LstmSequence
{
    private readonly Tensor inputs, rows, tokens;
    private readonly Tensor gain, shift;
    private readonly Tensor? hidden, cell;
    private readonly Tensor normalised, scales, cells, states;
    private readonly StepProduct product;

    public LstmSequence(
        ProjectedInput input, Tensor gain, Tensor shift, Tensor? hidden, Tensor? cell, StepProduct product, bool forBackward)
    {
        var type = product.Matrix.dtype;
        var positions = input.Tokens?.shape ?? input.Product!.shape[..2];
        var (time, batch, size) = (positions[0], (int)positions[1], product.Matrix.shape[0]);
        inputs = input.Product?.to(type).contiguous() ?? zeros(1, 1, 4 * size, type);
        rows = input.Rows?.contiguous() ?? zeros(1, 4 * size);
        tokens = input.Tokens?.contiguous() ?? zeros(time, batch, int64);
        (this.gain, this.shift) = (gain.contiguous(), shift.contiguous());
        (this.product, this.hidden, this.cell) = (product, hidden?.to(type).contiguous(), cell?.contiguous());
        var kept = forBackward ? time : 1; // without a gradient to come, every step writes over the last one's
        normalised = empty(kept, batch, 4 * size);
        scales = empty(kept, batch, 1);
        cells = empty(kept, batch, size);
        Outputs = empty(time, batch, size);
        states = type == float32 ? Outputs.detach() : empty(time, batch, size, type); // as the products read them
        ThreadTeam.Run(batch, type == float32 ? Run<float> : Run<ushort>);
        LastCell = cells[-1].clone();
    }

    /// <summary>Hidden states [time, batch, hidden].</summary>
    public Tensor Outputs { get; }

    /// <summary>[batch, hidden].</summary>
    public Tensor LastCell { get; }

    /// <summary>What <see cref="LstmSequenceGradient"/> takes.</summary>
    public List<Tensor> Saved => [tokens, product.Matrix, gain, shift, normalised, scales, cells, states, hidden!, cell!];

    private void Run<T>(int from, int to, int worker)
        where T : unmanaged
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var ownStates = states.narrow(1, from, to - from);
        var ownHidden = hidden?.narrow(0, from, to - from);
        var recurrence = zeros(to - from, product.Matrix.shape[1]);
        var token = new TokenRows(tokens, rows);
        RowPointers<float> xHat = new(normalised), scale = new(scales), h = new(Outputs);
        RowPointers<float> c = new(cells), c0 = new(cell ?? zeros(states.shape[1], states.shape[2])), recurrent = new(recurrence);
        RowPointers<T> x = new(inputs), state = new(states);
        var row = new LstmForwardRow<T>
        {
            Size = (int)product.Matrix.shape[0],
            Gain = RowPointers<float>.Start(gain),
            Shift = RowPointers<float>.Start(shift),
        };
        for (var t = 0; t < states.shape[0]; t++)
        {
            using var previous = t == 0 ? ownHidden?.alias() : ownStates[t - 1];
            if (previous is not null)
            {
                product.Compute(previous, recurrence);
            }
            for (var i = from; i < to; i++)
            {
                row.Product = x[t, i];
                row.Row = token[t, i];
                row.Recurrent = recurrent[0, i - from];
                row.PreviousCell = t == 0 ? c0[0, i] : c[t - 1, i];
                row.Normalised = xHat[t, i];
                row.Scale = scale[t, i];
                row.Cell = c[t, i];
                row.Hidden = h[t, i];
                row.State = state[t, i];
                row.Compute();
            }
        }
        BlockProducts.Release();
    }
}
