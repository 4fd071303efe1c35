using TextVae.Layers;
using static TorchSharp.torch;

namespace TextVae.Kernels;

/// <summary>One run of a <see cref="LayerNormLstm"/> over a sequence, with what its gradient needs.</summary>
internal sealed unsafe class LstmSequence
{
    /// <summary>Hidden states [time, batch, hidden].</summary>
    public Tensor Outputs { get; }

    /// <summary>[batch, hidden].</summary>
    public Tensor LastCell { get; }

    /// <summary>What <see cref="LstmSequenceGradient"/> takes; nulls where zeros stand.</summary>
    public List<Tensor> Saved { get; }

    public LstmSequence(
        Tensor projected, Tensor weight, Tensor gain, Tensor shift, Tensor? hidden, Tensor? cell, MatrixPrecision precision, bool forBackward)
    {
        var type = precision == MatrixPrecision.BFloat16 ? bfloat16 : float32;
        var (time, batch, size) = ((int)projected.shape[0], (int)projected.shape[1], (int)weight.shape[0]);
        (projected, gain, shift) = (projected.contiguous(), gain.contiguous(), shift.contiguous());
        (weight, hidden, cell) = (weight.to(type), hidden?.to(type), cell?.contiguous());
        var kept = forBackward ? time : 1; // without a gradient to come, every step writes over the last one's
        var normalised = empty(kept, batch, 4 * size);
        var scales = empty(kept, batch);
        var cells = empty(kept, batch, size);
        Outputs = empty(time, batch, size);
        var states = type == float32 ? Outputs.detach() : empty(time, batch, size, type); // as the products read them
        var recurrent = empty(batch, 4 * size, type);

        if (type == float32)
        {
            Run<float>();
        }
        else
        {
            Run<ushort>();
        }
        LastCell = cells[-1].clone();
        Saved = [weight, gain, shift, normalised, scales, cells, states, hidden!, cell!];

        void Run<T>()
            where T : unmanaged
        {
            StepPointers<float> x = new(projected), xHat = new(normalised), scale = new(scales), c = new(cells), h = new(Outputs);
            var rounded = new StepPointers<ushort>(type == float32 ? null : states);
            var step = new LstmForwardStep<T> { HiddenSize = size, Gain = First(gain), Shift = First(shift) };
            for (var t = 0; t < time; t++)
            {
                using var previous = t == 0 ? hidden?.alias() : states[t - 1];
                if (previous is not null)
                {
                    recurrent.addmm_(previous, weight, beta: 0, alpha: 1);
                    step.Recurrent = new StepPointers<T>(recurrent)[0];
                }
                step.Projected = x[t];
                step.PreviousCell = t == 0 ? First(cell) : c[t - 1];
                step.Normalised = xHat[t];
                step.Scale = scale[t];
                step.Cell = c[t];
                step.Hidden = h[t];
                step.RoundedHidden = rounded[t];
                ThreadTeam.Run(&LstmForwardStep<T>.Run, &step, batch, ThreadTeam.Size);
            }
        }

        static float* First(Tensor? tensor) => new StepPointers<float>(tensor)[0];
    }
}
