using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace TextVae.Kernels;

/// <summary>
/// A convolution (kernel 3, stride 2, padding 1) over one-hot tokens on the CPU: each output is the sum of three rows of the
/// weights. Its gradient adds to these rows.
/// </summary>
internal static class TokenConvolution
{
    private const int Kernel = 3, Stride = 2, Padding = 1;

    /// <summary>Without the bias.</summary>
    /// <param name="tokens">[batch, time], int64; time is even.</param>
    /// <param name="weight">[channels, vocabulary, 3], float32.</param>
    /// <returns>[batch, time / 2, channels].</returns>
    public static Tensor Apply(Tensor tokens, Tensor weight)
    {
        using var scope = NewDisposeScope();
        return Function.apply(tokens, weight.permute(2, 1, 0)).MoveToOuterDisposeScope();
    }

    /// <summary>Goes through all outputs with the three rows of each: adds the rows to the output or the output to the rows.</summary>
    private static unsafe void Walk(Tensor tokens, Tensor rows, Tensor outputs, bool rowsChange)
    {
        var (texts, time, channels) = ((int)tokens.size(0), (int)tokens.size(1), (int)outputs.size(2));
        var token = Enumerable.Range(0, Kernel).Select(k => new TokenRows(tokens, rows[k])).ToArray();
        var output = RowPointers<float>.Start(outputs);
        ThreadTeam.RunColumns(channels, column =>
        {
            for (var text = 0; text < texts; text++)
            {
                for (var j = 0; j < time / Stride; j++)
                {
                    var at = output + ((long)text * (time / Stride) + j) * channels + column;
                    for (var k = 0; k < Kernel; k++)
                    {
                        var position = Stride * j - Padding + k;
                        if (position >= 0)
                        {
                            var row = token[k][text, position] + column;
                            Add(rowsChange ? at : row, rowsChange ? row : at, channels - column);
                        }
                    }
                }
            }
        });
    }

    private static unsafe void Add(float* source, float* target, int count)
    {
        if (count >= ILanes.Width)
        {
            (Vector512.Load(target) + Vector512.Load(source)).Store(target);
        }
        else
        {
            var lanes = new PartLanes(count);
            lanes.Store(lanes.Load(target) + lanes.Load(source), target);
        }
    }

    private sealed class Function : autograd.SingleTensorFunction<Function>
    {
        public override string Name => nameof(TokenConvolution);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var (tokens, rows) = (((Tensor)vars[0]).contiguous(), ((Tensor)vars[1]).contiguous()); // rows: [3, vocabulary, channels]
            var output = zeros(tokens.size(0), tokens.size(1) / Stride, rows.size(2));
            Walk(tokens, rows, output, rowsChange: false);
            ctx.save_for_backward([tokens, tensor(rows.shape)]);
            return output;
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            var saved = ctx.get_saved_variables();
            var rows = zeros(saved[1].data<long>().ToArray());
            Walk(saved[0], rows, grad_output.contiguous(), rowsChange: true);
            return [null!, rows.MoveToOuterDisposeScope()];
        }
    }
}
