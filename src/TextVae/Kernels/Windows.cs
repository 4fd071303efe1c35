using static TorchSharp.torch;

namespace TextVae.Kernels;

/// <summary>
/// The inputs of a convolution as the rows of a matrix, so that it is one product: window j of a text holds the positions
/// stride * j + first and the following ones side by side, zeros beyond the ends.
/// </summary>
/// <param name="Stride">Positions from one window to the next.</param>
/// <param name="First">The first position of window 0.</param>
/// <param name="Count">Positions in a window.</param>
internal sealed record Windows(int Stride, int First, int Count)
{
    /// <summary>[batch, time, channels], float32, to [batch, time / stride, count * channels] as products of some precision read it.</summary>
    public Tensor Of(Tensor input, MatrixPrecision precision)
    {
        using var scope = NewDisposeScope();
        return Function.apply(input, this, precision == MatrixPrecision.BFloat16).MoveToOuterDisposeScope();
    }

    /// <summary>As <see cref="Of"/>, without a gradient.</summary>
    /// <param name="input">Contiguous.</param>
    /// <param name="type">Of the windows: float32 or bfloat16.</param>
    public Tensor Gather(Tensor input, ScalarType type) => type == bfloat16 ? Gather<ushort>(input, type) : Gather<float>(input, type);

    private Tensor Gather<T>(Tensor input, ScalarType type)
        where T : unmanaged
    {
        var output = empty([input.size(0), input.size(1) / Stride, Count * input.size(2)], type);
        Walk<T>(output, input, gather: true);
        return output;
    }

    /// <summary>The gradient by the input, [batch, time, channels], from that by the windows.</summary>
    public Tensor Scatter<T>(Tensor gradient, long time)
        where T : unmanaged
    {
        var output = zeros(gradient.size(0), time, gradient.size(2) / Count);
        Walk<T>(gradient, output, gather: false);
        return output;
    }

    private unsafe void Walk<T>(Tensor windows, Tensor positions, bool gather)
        where T : unmanaged
    {
        var (texts, time, channels, count) = ((int)positions.size(0), (int)positions.size(1), (int)positions.size(2), (int)windows.size(1));
        var window = RowPointers<T>.Start(windows);
        var position = RowPointers<float>.Start(positions);
        ThreadTeam.Run(texts, (from, to, _) =>
        {
            for (var text = from; text < to; text++)
            {
                for (var j = 0; j < count; j++)
                {
                    for (var k = 0; k < Count; k++)
                    {
                        var at = Stride * j + First + k;
                        var inside = window + (((long)text * count + j) * Count + k) * channels;
                        var outside = position + ((long)text * time + at) * channels;
                        if (at >= 0 && at < time)
                        {
                            Move(inside, outside, channels, gather);
                        }
                        else if (gather)
                        {
                            new Span<T>(inside, channels).Clear();
                        }
                    }
                }
            }
        });
    }

    private static unsafe void Move<T>(T* window, float* position, int channels, bool gather)
        where T : unmanaged
    {
        var k = 0;
        for (; k + ILanes.Width <= channels; k += ILanes.Width)
        {
            Move(new WholeLanes(), window + k, position + k, gather);
        }
        if (k < channels)
        {
            Move(new PartLanes(channels - k), window + k, position + k, gather);
        }
    }

    private static unsafe void Move<T, TLanes>(TLanes lanes, T* window, float* position, bool gather)
        where T : unmanaged
        where TLanes : struct, ILanes
    {
        if (gather)
        {
            lanes.Store(lanes.Load(position), window);
        }
        else
        {
            lanes.Store(lanes.Load(position) + lanes.Load(window), position);
        }
    }

    private sealed class Function : autograd.SingleTensorFunction<Function>
    {
        public override string Name => nameof(Windows);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var (input, windows) = (((Tensor)vars[0]).contiguous(), (Windows)vars[1]);
            ctx.save_for_backward([tensor(new long[] { windows.Stride, windows.First, windows.Count, input.size(1) })]);
            return windows.Gather(input, (bool)vars[2] ? bfloat16 : float32);
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            var shape = ctx.get_saved_variables()[0].data<long>();
            var windows = new Windows((int)shape[0], (int)shape[1], (int)shape[2]);
            var gradient = grad_output.contiguous();
            var result = gradient.dtype == bfloat16 ? windows.Scatter<ushort>(gradient, shape[3]) : windows.Scatter<float>(gradient, shape[3]);
            return [result.MoveToOuterDisposeScope(), null!, null!];
        }
    }
}
