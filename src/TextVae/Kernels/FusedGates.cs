using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace TextVae.Kernels;

/// <summary>
/// The gates of ByteNet on the CPU in float32, one pass over them forward and one backward, which computes them again: what
/// enters the first layer, tanh(a) * sigmoid(b), and what a layer puts out, sigmoid(f) * x + sigmoid(i) * tanh(g).
/// </summary>
internal static unsafe class FusedGates
{
    /// <summary>tanh(a) * sigmoid(b).</summary>
    /// <param name="gates">a and b side by side, [..., 2 channels].</param>
    /// <returns>[..., channels].</returns>
    public static Tensor Enter(Tensor gates)
    {
        using var scope = NewDisposeScope();
        return EnterFunction.apply(gates).MoveToOuterDisposeScope();
    }

    /// <summary>sigmoid(f) * x + sigmoid(i) * tanh(g).</summary>
    /// <param name="gates">i, f and g side by side, [..., 3 channels].</param>
    /// <param name="x">[..., channels].</param>
    /// <returns>[..., channels].</returns>
    public static Tensor Pass(Tensor gates, Tensor x)
    {
        using var scope = NewDisposeScope();
        return PassFunction.apply(gates, x).MoveToOuterDisposeScope();
    }

    private static void EachNumber<TGates>(Tensor output, TGates gates)
        where TGates : struct, IGates
    {
        var channels = (int)output.size(-1);
        ThreadTeam.Run((int)(output.numel() / channels), (from, to, _) =>
        {
            for (var row = from; row < to; row++)
            {
                var column = 0;
                for (; column + ILanes.Width <= channels; column += ILanes.Width)
                {
                    gates.Take(default(WholeLanes), row, column, channels);
                }
                if (column < channels)
                {
                    gates.Take(new PartLanes(channels - column), row, column, channels);
                }
            }
        });
    }

    private interface IGates
    {
        void Take<TLanes>(TLanes lanes, long row, int column, int channels)
            where TLanes : struct, ILanes;
    }

    private readonly struct Entering(float* gates, float* output) : IGates
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Take<TLanes>(TLanes lanes, long row, int column, int channels)
            where TLanes : struct, ILanes
        {
            var gate = gates + row * 2 * channels + column;
            lanes.Store(VectorMath.Tanh(lanes.Load(gate)) * VectorMath.Sigmoid(lanes.Load(gate + channels)), output + row * channels + column);
        }
    }

    private readonly struct EnteringGradient(float* gates, float* outputGradient, float* gradient) : IGates
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Take<TLanes>(TLanes lanes, long row, int column, int channels)
            where TLanes : struct, ILanes
        {
            var at = row * 2 * channels + column;
            var (a, b) = (VectorMath.Tanh(lanes.Load(gates + at)), VectorMath.Sigmoid(lanes.Load(gates + at + channels)));
            var open = lanes.Load(outputGradient + row * channels + column) * b;
            lanes.Store(open * (Vector512<float>.One - a * a), gradient + at);
            lanes.Store(open * a * (Vector512<float>.One - b), gradient + at + channels);
        }
    }

    private readonly struct Passing(float* gates, float* input, float* output) : IGates
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Take<TLanes>(TLanes lanes, long row, int column, int channels)
            where TLanes : struct, ILanes
        {
            var gate = gates + row * 3 * channels + column;
            var at = row * channels + column;
            var (i, f, g) = (VectorMath.Sigmoid(lanes.Load(gate)), VectorMath.Sigmoid(lanes.Load(gate + channels)), VectorMath.Tanh(lanes.Load(gate + 2 * channels)));
            lanes.Store(Vector512.FusedMultiplyAdd(f, lanes.Load(input + at), i * g), output + at);
        }
    }

    private readonly struct PassingGradient(float* gates, float* input, float* outputGradient, float* gradient, float* inputGradient) : IGates
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Take<TLanes>(TLanes lanes, long row, int column, int channels)
            where TLanes : struct, ILanes
        {
            var (gate, at) = (row * 3 * channels + column, row * channels + column);
            var (i, f) = (VectorMath.Sigmoid(lanes.Load(gates + gate)), VectorMath.Sigmoid(lanes.Load(gates + gate + channels)));
            var (g, dy) = (VectorMath.Tanh(lanes.Load(gates + gate + 2 * channels)), lanes.Load(outputGradient + at));
            var (fresh, kept) = (dy * i, dy * f);
            lanes.Store(fresh * g * (Vector512<float>.One - i), gradient + gate);
            lanes.Store(kept * lanes.Load(input + at) * (Vector512<float>.One - f), gradient + gate + channels);
            lanes.Store(fresh * (Vector512<float>.One - g * g), gradient + gate + 2 * channels);
            lanes.Store(kept, inputGradient + at);
        }
    }

    private static float* Start(Tensor tensor) => RowPointers<float>.Start(tensor);

    private static Tensor OfChannels(Tensor gates, int count) => empty([.. gates.shape[..^1], gates.size(-1) / count]);

    private sealed class EnterFunction : autograd.SingleTensorFunction<EnterFunction>
    {
        public override string Name => nameof(FusedGates) + nameof(Enter);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var gates = ((Tensor)vars[0]).contiguous();
            var output = OfChannels(gates, 2);
            EachNumber(output, new Entering(Start(gates), Start(output)));
            ctx.save_for_backward([gates]);
            return output;
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            var (gates, outputGradient) = (ctx.get_saved_variables()[0], grad_output.contiguous());
            var gradient = empty_like(gates);
            EachNumber(outputGradient, new EnteringGradient(Start(gates), Start(outputGradient), Start(gradient)));
            return [gradient.MoveToOuterDisposeScope()];
        }
    }

    private sealed class PassFunction : autograd.SingleTensorFunction<PassFunction>
    {
        public override string Name => nameof(FusedGates) + nameof(Pass);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var (gates, input) = (((Tensor)vars[0]).contiguous(), ((Tensor)vars[1]).contiguous());
            var output = empty(input.shape);
            EachNumber(output, new Passing(Start(gates), Start(input), Start(output)));
            ctx.save_for_backward([gates, input]);
            return output;
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            var saved = ctx.get_saved_variables();
            var (gates, input, outputGradient) = (saved[0], saved[1], grad_output.contiguous());
            var (gradient, inputGradient) = (empty_like(gates), empty_like(input));
            EachNumber(input, new PassingGradient(Start(gates), Start(input), Start(outputGradient), Start(gradient), Start(inputGradient)));
            return [gradient.MoveToOuterDisposeScope(), inputGradient.MoveToOuterDisposeScope()];
        }
    }
}
