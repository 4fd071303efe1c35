using TextVae.Layers;
using static TorchSharp.torch;

namespace TextVae.Kernels;

/// <summary>
/// One run of a <see cref="LayerNormLstm"/> over a sequence, with what its gradient needs. Each thread takes its texts
/// through all steps, so that none ever waits for another.
/// </summary>
internal sealed unsafe class LstmSequence
{
    private readonly Tensor projected, weight, gain, shift;
    private readonly Tensor? hidden, cell;
    private readonly Tensor normalised, scales, cells, states;

    public LstmSequence(
        Tensor projected, Tensor weight, Tensor gain, Tensor shift, Tensor? hidden, Tensor? cell, MatrixPrecision precision, bool forBackward)
    {
        var type = precision == MatrixPrecision.BFloat16 ? bfloat16 : float32;
        var (time, batch, size) = ((int)projected.shape[0], (int)projected.shape[1], (int)weight.shape[0]);
        (this.projected, this.gain, this.shift) = (projected.contiguous(), gain.contiguous(), shift.contiguous());
        (this.weight, this.hidden, this.cell) = (weight.to(type), hidden?.to(type), cell?.contiguous());
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
    public List<Tensor> Saved => [weight, gain, shift, normalised, scales, cells, states, hidden!, cell!];

    private void Run<T>(int from, int to, int worker)
        where T : unmanaged
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var ownStates = states.narrow(1, from, to - from);
        var ownHidden = hidden?.narrow(0, from, to - from);
        var product = zeros([to - from, weight.shape[1]], weight.dtype);
        RowPointers<float> x = new(projected), xHat = new(normalised), scale = new(scales), h = new(Outputs);
        RowPointers<float> c = new(cells), c0 = new(cell ?? zeros(states.shape[1], states.shape[2]));
        RowPointers<T> state = new(states), recurrent = new(product);
        var row = new LstmForwardRow<T>
        {
            Size = (int)weight.shape[0],
            Gain = RowPointers<float>.Start(gain),
            Shift = RowPointers<float>.Start(shift),
        };
        for (var t = 0; t < states.shape[0]; t++)
        {
            using var previous = t == 0 ? ownHidden?.alias() : ownStates[t - 1];
            if (previous is not null)
            {
                _ = product.addmm_(previous, weight, beta: 0, alpha: 1);
            }
            for (var i = from; i < to; i++)
            {
                row.Projected = x[t, i];
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
    }
}
