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
    /// <param name="logits">[positions, vocabulary], float32.</param>
    /// <param name="tokens">Ids, [positions], int64.</param>
    /// <param name="positions">Which text each position belongs to.</param>
    /// <param name="free">The id that costs nothing; -1 for none.</param>
    /// <returns>[texts].</returns>
    public static Tensor Nats(Tensor logits, Tensor tokens, PackedPositions positions, long free)
    {
        using var scope = NewDisposeScope();
        var nats = is_grad_enabled() && logits.requires_grad
            ? Function.apply(logits, tokens, positions.Texts, positions.Order.size(0), free)
            : Forward(logits.contiguous(), tokens, positions.Texts, positions.Order.size(0), free).Nats;
        return nats.MoveToOuterDisposeScope();
    }

    /// <summary>The costs, and what the gradient needs of each position.</summary>
    public static (Tensor Nats, Tensor Normalizers) Forward(Tensor logits, Tensor tokens, Tensor texts, long count, long free)
    {
        var (positions, vocabulary) = ((int)logits.size(0), (int)logits.size(1));
        var (nats, normalizers, costs) = (zeros(count), zeros(positions), zeros(positions));
        long* ids = RowPointers<long>.Start(tokens), text = RowPointers<long>.Start(texts);
        RowPointers<float> x = new(logits);
        float* normalizer = RowPointers<float>.Start(normalizers), cost = RowPointers<float>.Start(costs), sum = RowPointers<float>.Start(nats);
        ThreadTeam.Run(positions, (from, to, _) =>
        {
            for (var t = from; t < to; t++)
            {
                if (ids[t] != free)
                {
                    normalizer[t] = LogSumOfExponentials(x[0, t], vocabulary);
                    cost[t] = normalizer[t] - x[0, t][TokenRows.Checked(ids[t], vocabulary)];
                }
            }
        });
        for (var t = 0; t < positions; t++)
        {
            sum[text[t]] += cost[t];
        }
        return (nats, normalizers);
    }

    /// <summary>The gradient by the logits.</summary>
    public static Tensor Backward(Tensor logits, Tensor tokens, Tensor texts, Tensor normalizers, long free, Tensor natsGradient)
    {
        var (positions, vocabulary) = ((int)logits.size(0), (int)logits.size(1));
        var gradient = empty(logits.shape);
        long* ids = RowPointers<long>.Start(tokens), text = RowPointers<long>.Start(texts);
        RowPointers<float> x = new(logits), dx = new(gradient);
        float* normalizer = RowPointers<float>.Start(normalizers), slope = RowPointers<float>.Start(natsGradient);
        ThreadTeam.Run(positions, (from, to, _) =>
        {
            for (var t = from; t < to; t++)
            {
                if (ids[t] == free)
                {
                    new Span<float>(dx[0, t], vocabulary).Clear();
                    continue;
                }
                var factor = slope[text[t]];
                Softmax(x[0, t], normalizer[t], factor, dx[0, t], vocabulary);
                dx[0, t][ids[t]] -= factor;
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
            var (logits, tokens, texts) = (((Tensor)vars[0]).contiguous(), (Tensor)vars[1], (Tensor)vars[2]);
            var (nats, normalizers) = Forward(logits, tokens, texts, (long)vars[3], (long)vars[4]);
            ctx.save_for_backward([logits, tokens, texts, normalizers]);
            ctx.save_data("free", vars[4]);
            return nats;
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            var saved = ctx.get_saved_variables();
            var gradient = Backward(saved[0], saved[1], saved[2], saved[3], (long)ctx.get_data("free"), grad_output.contiguous());
            return [gradient.MoveToOuterDisposeScope(), null!, null!, null!, null!];
        }
    }
}
