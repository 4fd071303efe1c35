using TextVae.Kernels;
using TextVae.Models;
using static TorchSharp.torch;

namespace TextVae.Generation;

/// <summary>
/// Decodes latent vectors token by token, whatever the strategy and the constraint: a batch of them side by side, each text at
/// a position of its own. Where texts have ended, others begin, however many there are.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="plan">The strategy and the constraint.</param>
/// <param name="device">Where the model is.</param>
/// <param name="latent">The first one that is asked for and how many to their latent vectors, [texts, latent].</param>
/// <param name="count">Texts in all.</param>
/// <param name="firstText">Which text the first one is among all that are made with one seed.</param>
internal sealed class DecodingLoop(
    TextVaeModel model, DecodingPlan plan, Device device, Func<int, int, Tensor> latent, int count, long firstText) : IDisposable
{
    // Parts of a batch: enough texts have ended for others to begin in their places, or for the rest to be copied together.
    private const double EnoughToBegin = 1.0 / 16, EnoughToLeave = 1.0 / 4;

    private readonly int _width = plan.Strategy.Width;
    private readonly int _vocabulary = model.Shape.Vocabulary;
    private readonly Dictionary<int, Hypothesis> _whole = []; // not asked for yet
    private TextInProgress[] _batch = [];
    private PreparedModel? _prepared;
    private IncrementalDecoder? _decoder; // of the batch; between two calls its tensors are in no scope
    private int _begun, _ready, _returned; // how many; those ready are whole in their order
    private float[] _scores = []; // of the last step: a large array at each step would keep the garbage collector busy

    /// <summary>Whether all texts have been returned.</summary>
    public bool IsDone => _returned == count;

    /// <summary>Takes steps until there are some more whole texts in their order, or all.</summary>
    /// <param name="prepared">The model, ready to generate; the same at every call.</param>
    /// <param name="some">How many to wait for.</param>
    /// <returns>The best hypothesis of each.</returns>
    public IReadOnlyList<Hypothesis> Next(PreparedModel prepared, int some = int.MaxValue)
    {
        using var scope = NewDisposeScope();
        foreach (var tensor in _decoder?.Living ?? [])
        {
            tensor.MoveToOtherDisposeScope(scope);
        }
        if (_decoder is null)
        {
            _prepared = prepared;
            (_decoder, _batch) = Begin(int.Min(count, plan.BatchSize));
        }
        if (_prepared != prepared)
        {
            throw new InvalidOperationException("another prepared model than that of the calls before; expected the same, whose weights the texts go on with");
        }
        while (_ready - _returned < int.Min(some, count - _returned))
        {
            Advance(_decoder);
        }
        foreach (var tensor in _ready < count ? _decoder.Living : [])
        {
            tensor.DetachFromDisposeScope();
        }
        var texts = new List<Hypothesis>();
        for (; _returned < _ready; _returned++)
        {
            _ = _whole.Remove(_returned, out var text);
            texts.Add(text!);
        }
        return texts;
    }

    /// <summary>Lets go of what it holds.</summary>
    public void Dispose()
    {
        foreach (var tensor in _decoder?.Living ?? [])
        {
            tensor.Dispose();
        }
    }

    /// <summary>A step, and what follows from texts that it ends.</summary>
    private void Advance(IncrementalDecoder decoder)
    {
        using var scope = NewDisposeScope();
        foreach (var tensor in decoder.Living)
        {
            tensor.MoveToOtherDisposeScope(scope); // the last step's, no longer needed after this one
        }
        TakeStep(decoder);

        int[] ended = [.. _batch.Index().Where(text => text.Item.IsWhole).Select(text => text.Index)];
        foreach (var place in ended.Where(place => _batch[place].Text >= _ready))
        {
            _whole[_batch[place].Text] = _batch[place].Best;
        }
        while (_whole.ContainsKey(_ready))
        {
            _ready++;
        }
        if (_begun < count && ended.Length >= EnoughToBegin * _batch.Length)
        {
            var (others, texts) = Begin(int.Min(ended.Length, count - _begun));
            decoder.Replace(Rows(ended[..texts.Length]), others);
            foreach (var (place, text) in ended.Zip(texts))
            {
                _batch[place] = text;
            }
        }
        else if (_begun == count && ended.Length >= EnoughToLeave * _batch.Length)
        {
            int[] going = [.. Enumerable.Range(0, _batch.Length).Except(ended)];
            decoder.Keep(Rows(going));
            _batch = Array.ConvertAll(going, place => _batch[place]);
        }
        foreach (var tensor in decoder.Living)
        {
            tensor.MoveToOuterDisposeScope();
        }
    }

    /// <summary>The next texts, at their first position.</summary>
    private (IncrementalDecoder Decoder, TextInProgress[] Texts) Begin(int texts)
    {
        var decoder = _prepared!.Begin(latent(_begun, texts).repeat_interleave(_width, dim: 0));
        TextInProgress[] begun = [.. Enumerable.Range(_begun, texts).Select(text => new TextInProgress(text, plan))];
        _begun += texts;
        return (decoder, begun);
    }

    /// <summary>Where the hypotheses of some texts of the batch stand.</summary>
    private Tensor Rows(int[] places) =>
        tensor([.. places.SelectMany(place => Enumerable.Range(place * _width, _width)).Select(row => (long)row)], device: device);

    /// <summary>One more token for each hypothesis.</summary>
    private void TakeStep(IncrementalDecoder decoder)
    {
        Hypothesis[] rows = [.. _batch.SelectMany(text => text.Hypotheses)];
        var positions = PerRow(text => text.Position);
        var logProbabilities = LogProbabilities(decoder.Next(Array.ConvertAll(rows, Previous), positions), rows);
        var scores = Array.ConvertAll(rows, row => row.LogProbability);
        var choice = plan.Strategy.Choose(new DecodingStep(logProbabilities, scores, positions, PerRow(text => firstText + text.Text)));
        if (choice.Parents is { } parents)
        {
            decoder.Select(tensor(parents, device: device));
        }
        var next = new Hypothesis[rows.Length];
        for (var row = 0; row < rows.Length; row++)
        {
            var parent = choice.Parents?[row] ?? row;
            next[row] = rows[parent].With((int)choice.Tokens[row], Probability(logProbabilities, parent, choice.Tokens[row]), plan);
        }
        foreach (var (place, text) in _batch.Index())
        {
            text.Continue(next.AsSpan(place * _width, _width));
        }
    }

    private long[] PerRow(Func<TextInProgress, long> value) => [.. _batch.SelectMany(text => Enumerable.Repeat(value(text), _width))];

    private long Previous(Hypothesis row) => model.Seen(row switch
    {
        { HasEnded: true } => plan.PadId,
        { Tokens: [.., var last] } => last,
        _ => model.Shape.StartToken,
    });

    /// <summary>What each token costs, [rows, vocabulary]; minus infinity where it is forbidden.</summary>
    private float[] LogProbabilities(Tensor logits, Hypothesis[] rows)
    {
        if (_scores.Length != rows.Length * _vocabulary)
        {
            _scores = new float[rows.Length * _vocabulary];
        }
        for (var row = 0; row < rows.Length; row++)
        {
            plan.Mask(rows[row], _scores.AsSpan(row * _vocabulary, _vocabulary));
        }
        LogSoftmax.AddTo(logits, _scores);
        for (var row = 0; row < rows.Length; row++)
        {
            if (rows[row].HasEnded)
            {
                _scores[row * _vocabulary + plan.PadId] = 0;
            }
        }
        return _scores;
    }

    private float Probability(float[] logProbabilities, long row, long token)
    {
        var chosen = logProbabilities[row * _vocabulary + token];
        return float.IsNaN(chosen)
            ? throw new InvalidInputException(InputKind.RunFolder, "model: found probabilities that are no numbers; expected finite weights")
            : chosen;
    }
}
