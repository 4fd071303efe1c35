using TorchSharp.Modules;
using static TextVae.Platform.TensorArithmetic;
using static TorchSharp.torch;

namespace TextVae.Kernels;

/// <summary>
/// <see cref="FusedTokenLikelihood"/> of the outputs of a linear layer (<see cref="RoundedGradientLinear"/>) that are too many
/// to keep: they are computed some positions at a time, and for the gradient once more.
/// </summary>
internal static class LinearLikelihood
{
    /// <summary>So many logits are kept, as computing them twice takes longer: 128 MB, and as much for their gradient.</summary>
    public const long MostLogits = 1 << 25;

    private const long LogitsAtATime = 1 << 23;

    /// <summary>The cost of each text, in nats.</summary>
    /// <param name="layer">From an input to logits, with a bias.</param>
    /// <param name="input">[positions, inputs], float32.</param>
    /// <param name="tokens">Ids, [positions], int64.</param>
    /// <param name="positions">Which text each position belongs to.</param>
    /// <param name="free">The id that costs nothing; -1 for none.</param>
    /// <param name="precision">The arithmetic of the gradients' products.</param>
    /// <param name="atATime">Logits that are in memory together.</param>
    /// <returns>[texts].</returns>
    public static Tensor Nats(Linear layer, Tensor input, Tensor tokens, PackedPositions positions, long free, MatrixPrecision precision, long atATime = LogitsAtATime)
    {
        using var scope = NewDisposeScope();
        var rows = long.Max(1, atATime / layer.weight!.size(0));
        var problem = new Problem(input, layer.weight!, layer.bias!, tokens, positions.Texts, new Shape(positions.Order.size(0), free, rows, precision));
        var nats = is_grad_enabled() && (input.requires_grad || layer.weight!.requires_grad)
            ? Function.apply(input, layer.weight!, layer.bias!, tokens, positions.Texts, problem.Shape)
            : problem.Forward().Nats;
        return nats.MoveToOuterDisposeScope();
    }

    private sealed record Shape(long Texts, long Free, long Rows, MatrixPrecision Precision);

    private sealed record Problem(Tensor Input, Tensor Weight, Tensor Bias, Tensor Tokens, Tensor Texts, Shape Shape)
    {
        public (Tensor Nats, Tensor Normalizers) Forward()
        {
            var (nats, normalizers) = (zeros(Shape.Texts), zeros(Input.size(0)));
            ForEachPart((first, count, logits) =>
            {
                var part = FusedTokenLikelihood.Forward(logits, Tokens.narrow(0, first, count), Texts.narrow(0, first, count), Shape.Texts, Shape.Free);
                nats.add_(part.Nats, One);
                normalizers.narrow(0, first, count).copy_(part.Normalizers);
            });
            return (nats, normalizers);
        }

        public (Tensor Input, Tensor Weight, Tensor Bias) Backward(Tensor normalizers, Tensor natsGradient)
        {
            var type = Shape.Precision == MatrixPrecision.BFloat16 ? bfloat16 : float32;
            var (inputs, weight) = (Input.to(type), Weight.to(type));
            var gradients = (Input: empty_like(Input), Weight: zeros_like(Weight), Bias: zeros_like(Bias));
            ForEachPart((first, count, logits) =>
            {
                var gradient = FusedTokenLikelihood.Backward(
                    logits, Tokens.narrow(0, first, count), Texts.narrow(0, first, count), normalizers.narrow(0, first, count), Shape.Free, natsGradient);
                var rounded = gradient.to(type);
                gradients.Input.narrow(0, first, count).copy_(rounded.mm(weight));
                gradients.Weight.add_(rounded.t().mm(inputs.narrow(0, first, count)).to(float32), One);
                gradients.Bias.add_(gradient.sum([0L]), One);
            });
            return gradients;
        }

        private void ForEachPart(Action<long, long, Tensor> body)
        {
            var layer = BlockedMatrix.Of(Weight, transposed: true, MatrixPrecision.Float32);
            for (var first = 0L; first < Input.size(0); first += Shape.Rows)
            {
                using var scope = NewDisposeScope();
                var count = long.Min(Shape.Rows, Input.size(0) - first);
                body(first, count, layer.Multiply(Input.narrow(0, first, count), Bias));
            }
        }
    }

    private sealed class Function : autograd.SingleTensorFunction<Function>
    {
        public override string Name => nameof(LinearLikelihood);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var problem = new Problem(((Tensor)vars[0]).contiguous(), (Tensor)vars[1], (Tensor)vars[2], (Tensor)vars[3], (Tensor)vars[4], (Shape)vars[5]);
            var (nats, normalizers) = problem.Forward();
            ctx.save_for_backward([problem.Input, problem.Weight, problem.Bias, problem.Tokens, problem.Texts, normalizers]);
            ctx.save_data("shape", problem.Shape);
            return nats;
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            var saved = ctx.get_saved_variables();
            var problem = new Problem(saved[0], saved[1], saved[2], saved[3], saved[4], (Shape)ctx.get_data("shape"));
            var (input, weight, bias) = problem.Backward(saved[5], grad_output.contiguous());
            return [input.MoveToOuterDisposeScope(), weight.MoveToOuterDisposeScope(), bias.MoveToOuterDisposeScope(), null!, null!, null!];
        }
    }
}
