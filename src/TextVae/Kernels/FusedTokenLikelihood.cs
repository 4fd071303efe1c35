using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace TextVae.Kernels;

/// <summary>
/// -sum over t of log softmax(logits_t)[token_t] on the CPU: the softmax is never in memory, and tokens that cost nothing are
/// left out.
/// </summary>
internal static unsafe class FusedTokenLikelihood
{
    /// <summary>The cost of each text, in nats.</summary>
    /// <param name="logits">[batch, time, vocabulary], float32.</param>
    /// <param name="tokens">Ids, [batch, time], int64.</param>
    /// <param name="free">The id that costs nothing; -1 for none.</param>
    /// <returns>[batch].</returns>
    public static Tensor Nats(Tensor logits, Tensor tokens, long free)
    {
        using var scope = NewDisposeScope();
        var nats = is_grad_enabled() && logits.requires_grad
            ? Function.apply(logits, tokens, free)
            : Forward(logits.contiguous(), tokens.contiguous(), free).Nats;
        return nats.MoveToOuterDisposeScope();
    }

    private static (Tensor Nats, Tensor Normalizers) Forward(Tensor logits, Tensor tokens, long free)
    {
        var (texts, time, vocabulary) = ((int)logits.shape[0], (int)logits.shape[1], (int)logits.shape[2]);
        var (nats, normalizers) = (zeros(texts), zeros(texts, time));
        var ids = RowPointers<long>.Start(tokens);
        RowPointers<float> x = new(logits), normalizer = new(normalizers), cost = new(nats.view(texts, 1));
        ThreadTeam.Run(texts, (from, to, _) =>
        {
            for (var text = from; text < to; text++)
            {
                for (var t = 0; t < time; t++)
                {
                    var id = ids[(long)text * time + t];
                    if (id != free)
                    {
                        var row = x[text, t];
                        var z = LogSumOfExponentials(row, vocabulary);
                        normalizer[0, text][t] = z;
                        *cost[0, text] += z - row[TokenRows.Checked(id, vocabulary)];
                    }
                }
            }
        });
        return (nats, normalizers);
    }

    private static Tensor Backward(Tensor logits, Tensor tokens, Tensor normalizers, long free, Tensor natsGradient)
    {
        var (texts, time, vocabulary) = ((int)logits.shape[0], (int)logits.shape[1], (int)logits.shape[2]);
        var gradient = empty(logits.shape);
        var ids = RowPointers<long>.Start(tokens);
        RowPointers<float> x = new(logits), dx = new(gradient), normalizer = new(normalizers), slope = new(natsGradient.contiguous().view(texts, 1));
        ThreadTeam.Run(texts, (from, to, _) =>
        {
            for (var text = from; text < to; text++)
            {
                for (var t = 0; t < time; t++)
                {
                    var (id, factor) = (ids[(long)text * time + t], *slope[0, text]);
                    if (id == free)
                    {
                        new Span<float>(dx[text, t], vocabulary).Clear();
                    }
                    else
                    {
                        Softmax(x[text, t], normalizer[0, text][t], factor, dx[text, t], vocabulary);
                        dx[text, t][id] -= factor;
                    }
                }
            }
        });
        return gradient;
    }

    /// <summary>log sum exp of a row, which is what its log softmax takes away; no number if one of the row is none.</summary>
    public static float LogSumOfExponentials(float* row, int length)
    {
        var (whole, rest) = (length & -ILanes.Width, new PartLanes(length & (ILanes.Width - 1)));
        var largest = Vector512.Create(row[0]);
        for (var k = 0; k < whole; k += ILanes.Width)
        {
            largest = Vector512.Max(largest, Vector512.Load(row + k)); // NaN stays NaN
        }
        var most = row[0];
        for (var k = 0; k < ILanes.Width; k++)
        {
            most = Math.Max(most, largest[k]);
        }
        for (var k = whole; k < length; k++)
        {
            most = Math.Max(most, row[k]);
        }
        var (shift, sum) = (Vector512.Create(most), Vector512<float>.Zero);
        for (var k = 0; k < whole; k += ILanes.Width)
        {
            sum += VectorMath.Exp(Vector512.Load(row + k) - shift);
        }
        sum += whole < length ? rest.Keep(VectorMath.Exp(rest.Load(row + whole) - shift)) : Vector512<float>.Zero;
        return most + MathF.Log(Vector512.Sum(sum));
    }

    private static void Softmax(float* row, float normalizer, float factor, float* target, int length)
    {
        var (whole, rest) = (length & -ILanes.Width, new PartLanes(length & (ILanes.Width - 1)));
        for (var k = 0; k < whole; k += ILanes.Width)
        {
            Softmax(default(WholeLanes), row + k, normalizer, factor, target + k);
        }
        if (whole < length)
        {
            Softmax(rest, row + whole, normalizer, factor, target + whole);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Softmax<TLanes>(TLanes lanes, float* row, float normalizer, float factor, float* target)
        where TLanes : struct, ILanes =>
        lanes.Store(VectorMath.Exp(lanes.Load(row) - Vector512.Create(normalizer)) * factor, target);

    private sealed class Function : autograd.SingleTensorFunction<Function>
    {
        public override string Name => nameof(FusedTokenLikelihood);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var (logits, tokens, free) = (((Tensor)vars[0]).contiguous(), ((Tensor)vars[1]).contiguous(), (long)vars[2]);
            var (nats, normalizers) = Forward(logits, tokens, free);
            ctx.save_for_backward([logits, tokens, normalizers, tensor(free)]);
            return nats;
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            var saved = ctx.get_saved_variables();
            return [Backward(saved[0], saved[1], saved[2], saved[3].item<long>(), grad_output).MoveToOuterDisposeScope(), null!, null!];
        }
    }
}
