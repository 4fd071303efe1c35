using static TextVae.Platform.TensorArithmetic;
using static TorchSharp.torch;

namespace TextVae.Kernels;

/// <summary>The two products of a step of <see cref="FusedLstmSteps"/>, for some of its texts.</summary>
internal abstract class LstmStepProducts
{
    /// <summary>What it holds.</summary>
    public abstract IEnumerable<Tensor> Tensors { get; }

    /// <summary>Columns of the operand before the features.</summary>
    public abstract int BeforeFeatures { get; }

    /// <summary>Of the operand and the features.</summary>
    public abstract ScalarType Type { get; }

    /// <summary>Texts at their first position.</summary>
    /// <param name="hidden">h_0, [batch, hidden], within [-1, 1]; zero if null.</param>
    /// <param name="batch">How many.</param>
    /// <returns>What the products read of h and of the features, each [batch, ...].</returns>
    public abstract LstmOperands Begin(Tensor? hidden, int batch);

    /// <summary>h_(t-1) W_h + features W_f.</summary>
    /// <param name="operands">Of these texts.</param>
    /// <param name="result">[texts, 4 hidden].</param>
    /// <param name="together">By all threads, or by the calling one.</param>
    public abstract void PreActivations(LstmOperands operands, Tensor result, bool together);

    /// <summary>h_t W_o.</summary>
    /// <param name="operands">Of these texts.</param>
    /// <param name="result">[texts, vocabulary].</param>
    /// <param name="together">By all threads, or by the calling one.</param>
    public abstract void Logits(LstmOperands operands, Tensor result, bool together);
}

/// <summary>What the products of some texts read, contiguous.</summary>
/// <param name="Operand">h_(t-1), if it is not in bytes, and the features beside it, [texts, ...].</param>
/// <param name="Bytes">h_(t-1) as <see cref="QuantizedProduct.Round"/> writes it, or null.</param>
internal sealed record LstmOperands(Tensor Operand, Tensor? Bytes = null)
{
    /// <summary>All there are.</summary>
    public IEnumerable<Tensor> Tensors => Bytes is null ? [Operand] : [Operand, Bytes];

    /// <summary>Some of the texts.</summary>
    public LstmOperands Narrow(int first, int count) => new(Operand.narrow(0, first, count), Bytes?.narrow(0, first, count));
}

/// <summary>One product for state and features, [h_(t-1), features_t] [W_h; W_f].</summary>
/// <param name="recurrent">[hidden + features, 4 hidden].</param>
/// <param name="output">[hidden, vocabulary].</param>
internal sealed class JoinedStepProducts(BlockedMatrix recurrent, BlockedMatrix output) : LstmStepProducts
{
    public override IEnumerable<Tensor> Tensors => [.. recurrent.Tensors, .. output.Tensors];

    public override int BeforeFeatures => (int)output.Inner;

    public override ScalarType Type => recurrent.Type;

    public override LstmOperands Begin(Tensor? hidden, int batch)
    {
        var operand = zeros([batch, recurrent.Inner], Type);
        if (hidden is not null)
        {
            operand.narrow(1, 0, BeforeFeatures).copy_(hidden);
        }
        return new LstmOperands(operand);
    }

    public override void PreActivations(LstmOperands operands, Tensor result, bool together) => recurrent.Compute(operands.Operand, result, together);

    public override void Logits(LstmOperands operands, Tensor result, bool together) => output.Compute(operands.Operand, result, together);
}

/// <summary>The products of h in 8 bits; that of the features, which may be of any size, in bfloat16.</summary>
/// <param name="features">[features, 4 hidden]; null where there are none.</param>
/// <param name="recurrent">[hidden, 4 hidden].</param>
/// <param name="output">[hidden, vocabulary].</param>
internal sealed unsafe class QuantizedStepProducts(BlockedMatrix? features, QuantizedProduct recurrent, QuantizedProduct output) : LstmStepProducts
{
    public override IEnumerable<Tensor> Tensors => [.. features?.Tensors ?? [], .. recurrent.Tensors, .. output.Tensors];

    public override int BeforeFeatures => 0;

    public override ScalarType Type => bfloat16;

    public override LstmOperands Begin(Tensor? hidden, int batch)
    {
        using var zero = Number(QuantizedProduct.Zero);
        var bytes = full([batch, recurrent.Inner], zero, uint8);
        if (hidden is not null)
        {
            var whole = hidden.contiguous();
            var (numbers, rows) = (new RowPointers<float>(whole), new RowPointers<byte>(bytes));
            for (var text = 0; text < batch; text++)
            {
                QuantizedProduct.Round(numbers[0, text], rows[0, text], (int)hidden.size(1));
            }
        }
        return new LstmOperands(zeros([batch, features?.Inner ?? 0], Type), bytes);
    }

    public override void PreActivations(LstmOperands operands, Tensor result, bool together)
    {
        features?.Compute(operands.Operand, result, together);
        recurrent.Compute(operands.Bytes!, result, add: features is not null, together);
    }

    public override void Logits(LstmOperands operands, Tensor result, bool together) => output.Compute(operands.Bytes!, result, add: false, together);
}
