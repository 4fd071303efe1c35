using static TextVae.Platform.TensorArithmetic;
using static TorchSharp.torch;

namespace TextVae.Kernels;

/// <summary>
/// The steps of generation by an LSTM decoder on the CPU, without gradients: products, token rows, normalisation, gates and
/// logits. Many texts are shared among the threads; of a few, the threads share the matrix, because then reading it is all
/// that takes time.
/// </summary>
/// <param name="weights">Serve any number of batches.</param>
internal sealed unsafe class FusedLstmSteps(LstmStepWeights weights)
{
    private const int Few = 16; // texts; with more, a thread's products are as fast as they can be
    private const int Chunk = 32; // texts whose pre-activations stay in a core's own cache

    private readonly Tensor _activations = empty(ThreadTeam.Workers(int.MaxValue) * Chunk, 4 * weights.Hidden); // each worker's
    private readonly Tensor _normalised = empty(ThreadTeam.Workers(int.MaxValue), 4 * weights.Hidden);
    private readonly Tensor _hidden = empty(ThreadTeam.Workers(int.MaxValue), weights.Hidden);
    private readonly Tensor _noProduct = zeros(4 * weights.Hidden); // of either type

    /// <summary>Scratch memory, which lives as long as this does.</summary>
    public IEnumerable<Tensor> Tensors => [_activations, _normalised, _hidden, _noProduct];

    /// <summary>Takes a step.</summary>
    /// <param name="texts">What changes.</param>
    /// <param name="previous">The token before, [batch].</param>
    /// <param name="positions">Of which features to read, [batch].</param>
    /// <returns>Logits, [batch, vocabulary].</returns>
    public Tensor Next(LstmStepState texts, long[] previous, long[] positions)
    {
        using var scope = NewDisposeScope();
        var logits = empty(previous.Length, weights.OutputBias.size(0));
        var step = new Step(texts, previous, positions, logits);
        if (texts.Operands.Bytes is null && weights.Products.Type == bfloat16)
        {
            Take<ushort>(step);
        }
        else
        {
            Take<float>(step);
        }
        return logits.add_(weights.OutputBias, One).MoveToOuterDisposeScope();
    }

    /// <typeparam name="T">How the gates leave h_t where the next product reads it: float (or bytes made of it), or ushort for bfloat16.</typeparam>
    private void Take<T>(Step step)
        where T : unmanaged
    {
        var batch = step.Previous.Length;
        if (batch <= Few)
        {
            Features(step, 0, batch);
            weights.Products.PreActivations(step.Texts.Operands, _activations.narrow(0, 0, batch), together: true);
            ThreadTeam.Run(batch, (from, to, worker) => Rows<T>(step, from, to, from, worker));
            weights.Products.Logits(step.Texts.Operands, step.Logits, together: true);
            return;
        }
        ThreadTeam.Run(batch, (from, to, worker) =>
        {
            using var scope = NewDisposeScope();
            for (var first = from; first < to; first += Chunk)
            {
                var count = Math.Min(Chunk, to - first);
                var operands = step.Texts.Operands.Narrow(first, count);
                Features(step, first, first + count);
                weights.Products.PreActivations(operands, _activations.narrow(0, worker * Chunk, count), together: false);
                Rows<T>(step, first, first + count, worker * Chunk, worker);
                weights.Products.Logits(operands, step.Logits.narrow(0, first, count), together: false);
            }
            BlockProducts.Release();
        });
    }

    /// <summary>Copies the features of each text's position into its operand.</summary>
    private void Features(Step step, int from, int to)
    {
        if (step.Texts.Features is not { } features)
        {
            return;
        }
        var (time, size, operand) = (features.size(1), (int)features.element_size(), step.Texts.Operands.Operand);
        var (count, stride) = ((int)features.size(2) * size, (int)operand.size(1) * size);
        for (var text = from; text < to; text++)
        {
            var source = RowPointers<byte>.Start(features) + (text * time + TokenRows.Checked(step.Positions[text], time)) * count;
            var target = RowPointers<byte>.Start(operand) + (long)text * stride + weights.Products.BeforeFeatures * size;
            new ReadOnlySpan<byte>(source, count).CopyTo(new Span<byte>(target, count));
        }
    }

    /// <summary>Normalisation, gates and cells of some texts, whose products stand from <paramref name="scratch"/> on.</summary>
    private void Rows<T>(Step step, int from, int to, int scratch, int worker)
        where T : unmanaged
    {
        var (operand, bytes) = (new RowPointers<T>(step.Texts.Operands.Operand), step.Texts.Operands.Bytes);
        RowPointers<float> activations = new(_activations), rows = new(weights.TokenRows), cell = new(step.Texts.Cell);
        var hidden = RowPointers<float>.Start(_hidden) + worker * (long)weights.Hidden;
        float scale;
        var row = new LstmForwardRow<T>
        {
            Size = weights.Hidden,
            Gain = RowPointers<float>.Start(weights.Gain),
            Shift = RowPointers<float>.Start(weights.Shift),
            Product = (T*)RowPointers<float>.Start(_noProduct),
            Normalised = RowPointers<float>.Start(_normalised) + worker * 4L * weights.Hidden,
            Scale = &scale,
        };
        for (var text = from; text < to; text++)
        {
            row.Row = rows[0, (int)TokenRows.Checked(step.Previous[text], weights.TokenRows.size(0))];
            row.Recurrent = activations[0, scratch + text - from];
            row.PreviousCell = row.Cell = cell[0, text];
            row.State = bytes is null ? operand[0, text] : (T*)hidden; // the operand of bytes has no place for it
            row.Hidden = typeof(T) == typeof(float) && bytes is null ? (float*)row.State : hidden;
            row.Compute();
            if (bytes is not null)
            {
                QuantizedProduct.Round(hidden, RowPointers<byte>.Start(bytes) + text * bytes.size(1), weights.Hidden);
            }
        }
    }

    private sealed record Step(LstmStepState Texts, long[] Previous, long[] Positions, Tensor Logits);
}

/// <summary>What <see cref="FusedLstmSteps"/> reads of the weights, once brought into its order.</summary>
/// <param name="Hidden">H.</param>
/// <param name="Products">With W_h and W_f, and with W_o.</param>
/// <param name="TokenRows">b and each token's part of x_t W_x, [vocabulary, 4 hidden].</param>
/// <param name="Gain">[4 hidden].</param>
/// <param name="Shift">[4 hidden].</param>
/// <param name="OutputBias">[vocabulary].</param>
internal sealed record LstmStepWeights(int Hidden, LstmStepProducts Products, Tensor TokenRows, Tensor Gain, Tensor Shift, Tensor OutputBias)
{
    /// <summary>All there are.</summary>
    public IEnumerable<Tensor> Tensors => [.. Products.Tensors, TokenRows, Gain, Shift, OutputBias];
}

/// <summary>The texts that <see cref="FusedLstmSteps"/> writes, contiguous.</summary>
/// <param name="Operands">What its products read.</param>
/// <param name="Cell">c_t, [batch, hidden].</param>
/// <param name="Features">[batch, time, features], of the operand's type; null where there are none.</param>
internal sealed record LstmStepState(LstmOperands Operands, Tensor Cell, Tensor? Features);
