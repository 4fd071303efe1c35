using TextVae.Layers;
using static TorchSharp.torch;

namespace TextVae.Kernels;

/// <summary>
/// <see cref="LstmSteps"/> on the CPU: what a step needs is allocated once. Many texts are shared among the threads; of a few,
/// the threads share the matrix, because then reading it is all that takes time.
/// </summary>
internal sealed unsafe class FusedLstmSteps : LstmSteps
{
    private const int Few = 16; // rows; with more, a thread's products are as fast as they can be
    private const int Chunk = 32; // rows whose pre-activations stay in a core's own cache

    private readonly StepProduct _product;
    private readonly Tensor _gain, _shift;
    private readonly Tensor _recurrent, _normalised, _scale; // [batch, 4 hidden], the same, [batch, 1], of as many texts as there were at first
    private readonly Tensor _noProduct, _noRows, _noTokens;
    private Tensor _hidden, _cell;
    private Tensor _state; // h_t as the product reads it, [batch, hidden]

    /// <param name="product">The recurrent product.</param>
    /// <param name="gain">[4 hidden].</param>
    /// <param name="shift">[4 hidden].</param>
    /// <param name="hidden">h_0, [batch, hidden].</param>
    /// <param name="cell">c_0, [batch, hidden].</param>
    public FusedLstmSteps(StepProduct product, Tensor gain, Tensor shift, Tensor hidden, Tensor cell)
    {
        (_product, _gain, _shift) = (product, gain.contiguous(), shift.contiguous());
        var (batch, outer, type) = (hidden.shape[0], product.Matrix.shape[1], product.Matrix.dtype);
        (_hidden, _cell) = (hidden.clone().contiguous(), cell.clone().contiguous());
        _state = type == float32 ? _hidden : _hidden.to(type);
        (_recurrent, _normalised, _scale) = (empty(batch, outer), empty(batch, outer), empty(batch, 1));
        (_noProduct, _noRows, _noTokens) = (zeros([1, outer], type), zeros(1, outer), zeros([1, batch], int64));
    }

    /// <inheritdoc/>
    public override Tensor Hidden => _hidden;

    /// <inheritdoc/>
    public override Tensor Cell => _cell;

    /// <inheritdoc/>
    public override IEnumerable<Tensor> State => ReferenceEquals(_state, _hidden) ? [_hidden, _cell] : [_hidden, _cell, _state];

    /// <inheritdoc/>
    public override void Keep(Tensor rows)
    {
        var own = ReferenceEquals(_state, _hidden);
        (_hidden, _cell) = (_hidden.index_select(0, rows), _cell.index_select(0, rows));
        _state = own ? _hidden : _state.index_select(0, rows);
    }

    /// <inheritdoc/>
    public override void Next(ProjectedInput input)
    {
        using var scope = NewDisposeScope();
        var tensors = new Input(
            input.Product?.to(_state.dtype).contiguous() ?? _noProduct,
            input.Rows?.contiguous() ?? _noRows,
            input.Tokens?.contiguous().view(1, -1) ?? _noTokens);
        if (_state.dtype == float32)
        {
            Step<float>(tensors);
        }
        else
        {
            Step<ushort>(tensors);
        }
    }

    private void Step<T>(Input input)
        where T : unmanaged
    {
        var batch = (int)Hidden.shape[0];
        if (batch <= Few)
        {
            _product.ComputeTogether(_state, _recurrent.narrow(0, 0, batch));
            Rows<T>(input, 0, batch);
            return;
        }
        ThreadTeam.Run(batch, (from, to, _) =>
        {
            using var scope = NewDisposeScope();
            for (var first = from; first < to; first += Chunk)
            {
                var end = Math.Min(first + Chunk, to);
                _product.Compute(_state.narrow(0, first, end - first), _recurrent.narrow(0, first, end - first));
                Rows<T>(input, first, end);
            }
            _product.Release();
        });
    }

    private void Rows<T>(Input input, int from, int to)
        where T : unmanaged
    {
        var token = new TokenRows(input.Tokens, input.Rows);
        RowPointers<T> x = new(input.Product), state = new(_state);
        RowPointers<float> xHat = new(_normalised), recurrent = new(_recurrent), scale = new(_scale), h = new(Hidden), c = new(Cell);
        var row = new LstmForwardRow<T>
        {
            Size = (int)Hidden.shape[1],
            Gain = RowPointers<float>.Start(_gain),
            Shift = RowPointers<float>.Start(_shift),
        };
        for (var i = from; i < to; i++)
        {
            row.Product = x[0, i];
            row.Row = token[0, i];
            row.Recurrent = recurrent[0, i];
            row.PreviousCell = row.Cell = c[0, i];
            row.Normalised = xHat[0, i];
            row.Scale = scale[0, i];
            row.Hidden = h[0, i];
            row.State = state[0, i];
            row.Compute();
        }
    }

    private sealed record Input(Tensor Product, Tensor Rows, Tensor Tokens);
}
