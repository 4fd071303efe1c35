using static TorchSharp.torch;

namespace TextVae.Kernels;

/// <summary>
/// The steps of generation by an LSTM decoder on the CPU, without gradients. Features and h_(t-1) stand side by side in one
/// operand, so that a step's pre-activations are one product, [h_(t-1), features_t] [W_h; W_f], and the row of the token.
/// Many texts are shared among the threads; of a few, the threads share the matrix, because then reading it is all that
/// takes time.
/// </summary>
/// <param name="weights">Serve any number of batches.</param>
internal sealed unsafe class FusedLstmSteps(LstmStepWeights weights)
{
    private const int Few = 16; // rows; with more, a thread's products are as fast as they can be
    private const int Chunk = 32; // rows whose pre-activations stay in a core's own cache

    private readonly Tensor _activations = empty(ThreadTeam.Workers(int.MaxValue) * Chunk, weights.Recurrent.Matrix.shape[1]); // each worker's
    private readonly Tensor _normalised = empty(ThreadTeam.Workers(int.MaxValue), weights.Recurrent.Matrix.shape[1]);
    private readonly Tensor _hidden = empty(ThreadTeam.Workers(int.MaxValue), weights.Hidden);
    private readonly Tensor _noProduct = zeros([weights.Recurrent.Matrix.shape[1]], weights.Type);

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
        var logits = empty(previous.Length, weights.Output.Matrix.shape[1]);
        var step = new Step(texts, previous, positions, logits);
        if (weights.Type == float32)
        {
            Take<float>(step);
        }
        else
        {
            Take<ushort>(step);
        }
        return logits.add_(weights.OutputBias).MoveToOuterDisposeScope();
    }

    private void Take<T>(Step step)
        where T : unmanaged
    {
        var batch = step.Previous.Length;
        if (batch <= Few)
        {
            Features<T>(step, 0, batch);
            weights.Recurrent.ComputeTogether(step.Texts.Operand, _activations.narrow(0, 0, batch));
            ThreadTeam.Run(batch, (from, to, worker) => Rows<T>(step, from, to, from, worker));
            weights.Output.ComputeTogether(step.Texts.Operand, step.Logits);
            return;
        }
        ThreadTeam.Run(batch, (from, to, worker) =>
        {
            using var scope = NewDisposeScope();
            for (var first = from; first < to; first += Chunk)
            {
                var end = Math.Min(first + Chunk, to);
                Features<T>(step, first, end);
                var operand = step.Texts.Operand.narrow(0, first, end - first);
                weights.Recurrent.Compute(operand, _activations.narrow(0, worker * Chunk, end - first));
                Rows<T>(step, first, end, worker * Chunk, worker);
                weights.Output.Compute(operand, step.Logits.narrow(0, first, end - first));
            }
            weights.Recurrent.Release();
        });
    }

    /// <summary>Copies the features of each text's position into its operand.</summary>
    private void Features<T>(Step step, int from, int to)
        where T : unmanaged
    {
        if (step.Texts.Features is not { } features)
        {
            return;
        }
        var operand = new RowPointers<T>(step.Texts.Operand);
        var (time, count) = (features.shape[1], (int)features.shape[2]);
        for (var text = from; text < to; text++)
        {
            var source = RowPointers<T>.Start(features) + (text * time + TokenRows.Checked(step.Positions[text], time)) * count;
            new ReadOnlySpan<T>(source, count).CopyTo(new Span<T>(operand[0, text] + weights.Hidden, count));
        }
    }

    /// <summary>Normalisation, gates and cells of some texts, whose products stand from <paramref name="scratch"/> on.</summary>
    private void Rows<T>(Step step, int from, int to, int scratch, int worker)
        where T : unmanaged
    {
        RowPointers<float> activations = new(_activations), rows = new(weights.TokenRows), cell = new(step.Texts.Cell);
        RowPointers<T> operand = new(step.Texts.Operand);
        float scale;
        var row = new LstmForwardRow<T>
        {
            Size = weights.Hidden,
            Gain = RowPointers<float>.Start(weights.Gain),
            Shift = RowPointers<float>.Start(weights.Shift),
            Product = RowPointers<T>.Start(_noProduct),
            Normalised = RowPointers<float>.Start(_normalised) + worker * 4L * weights.Hidden,
            Scale = &scale,
        };
        for (var text = from; text < to; text++)
        {
            row.Row = rows[0, (int)TokenRows.Checked(step.Previous[text], weights.TokenRows.shape[0])];
            row.Recurrent = activations[0, scratch + text - from];
            row.PreviousCell = row.Cell = cell[0, text];
            row.State = operand[0, text];
            row.Hidden = typeof(T) == typeof(float) ? (float*)row.State : RowPointers<float>.Start(_hidden) + worker * (long)weights.Hidden;
            row.Compute();
        }
    }

    private sealed record Step(LstmStepState Texts, long[] Previous, long[] Positions, Tensor Logits);
}

/// <summary>What <see cref="FusedLstmSteps"/> reads of the weights, once brought into its order.</summary>
/// <param name="Hidden">H.</param>
/// <param name="Recurrent">W_h above W_f, [hidden + features, 4 hidden].</param>
/// <param name="TokenRows">b and each token's part of x_t W_x, [vocabulary, 4 hidden].</param>
/// <param name="Gain">[4 hidden].</param>
/// <param name="Shift">[4 hidden].</param>
/// <param name="Output">[hidden, vocabulary].</param>
/// <param name="OutputBias">[vocabulary].</param>
internal sealed record LstmStepWeights(
    int Hidden, StepProduct Recurrent, Tensor TokenRows, Tensor Gain, Tensor Shift, StepProduct Output, Tensor OutputBias)
{
    /// <summary>Of the products' operands.</summary>
    public ScalarType Type => Recurrent.Matrix.dtype;

    /// <summary>All there are.</summary>
    public IReadOnlyList<Tensor> Tensors => [.. Recurrent.Tensors, TokenRows, Gain, Shift, .. Output.Tensors, OutputBias];
}

/// <summary>The texts that <see cref="FusedLstmSteps"/> writes, contiguous.</summary>
/// <param name="Operand">h_t, and room for the features, [batch, hidden + features], of the products' type.</param>
/// <param name="Cell">c_t, [batch, hidden].</param>
/// <param name="Features">[batch, time, features], of the products' type; null where there are none.</param>
internal sealed record LstmStepState(Tensor Operand, Tensor Cell, Tensor? Features);
