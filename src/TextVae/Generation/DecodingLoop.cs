using TextVae.Kernels;
using TextVae.Models;
using static TorchSharp.torch;

namespace TextVae.Generation;

/// <summary>
/// Decodes latent vectors token by token, whatever the strategy and the constraint: a batch of them side by side, each text at
/// a position of its own. Where texts have ended, others begin.
/// </summary>
/// <param name="model">In evaluation mode.</param>
/// <param name="prepared">The model, ready to generate.</param>
/// <param name="plan">The strategy and the constraint.</param>
/// <param name="device">Where the model is.</param>
internal sealed class DecodingLoop(TextVaeModel model, PreparedModel prepared, DecodingPlan plan, Device device)
{
    // Parts of a batch: enough texts have ended for others to begin in their places, or for the rest to be copied together.
    private const double EnoughToBegin = 1.0 / 16, EnoughToLeave = 1.0 / 4;

    private readonly int _width = plan.Strategy.Width;
    private readonly int _vocabulary = model.Shape.Vocabulary;
    private float[] _scores = []; // of the last step: a large array at each step would keep the garbage collector busy

    /// <summary>The best hypothesis of each text.</summary>
    /// <param name="z">[texts, latent].</param>
    /// <param name="firstText">Which text the first one is among all that are made with one seed.</param>
    public IReadOnlyList<Hypothesis> Run(Tensor z, long firstText)
    {
        using var scope = NewDisposeScope();
        var done = new Hypothesis[z.shape[0]];
        TextInProgress[] batch = [.. Begin(0, int.Min(done.Length, plan.BatchSize))];
        var begun = batch.Length;
        var decoder = Decoder(z, batch);
        while (batch.Length > 0)
        {
            using var step = NewDisposeScope();
            foreach (var tensor in decoder.Living)
            {
                tensor.MoveToOtherDisposeScope(step); // the last step's, no longer needed after this one
            }
            TakeStep(decoder, batch, firstText);

            int[] ended = [.. batch.Index().Where(text => text.Item.IsWhole).Select(text => text.Index)];
            foreach (var place in ended)
            {
                done[batch[place].Text] = batch[place].Best;
            }
            TextInProgress[] others = [.. Begin(begun, int.Min(ended.Length, done.Length - begun))];
            if (others.Length > 0 && ended.Length >= EnoughToBegin * batch.Length)
            {
                begun += others.Length;
                decoder.Replace(Rows(ended[..others.Length]), Decoder(z, others));
                foreach (var (place, other) in ended.Zip(others))
                {
                    batch[place] = other;
                }
            }
            else if (others.Length == 0 && ended.Length >= EnoughToLeave * batch.Length)
            {
                int[] going = [.. Enumerable.Range(0, batch.Length).Except(ended)];
                decoder.Keep(Rows(going));
                batch = Array.ConvertAll(going, place => batch[place]);
            }
            foreach (var tensor in decoder.Living)
            {
                tensor.MoveToOuterDisposeScope();
            }
        }
        return done;
    }

    private IEnumerable<TextInProgress> Begin(int first, int count) =>
        Enumerable.Range(first, count).Select(text => new TextInProgress(text, plan));

    private IncrementalDecoder Decoder(Tensor z, TextInProgress[] texts) =>
        prepared.Begin(z.narrow(0, texts[0].Text, texts.Length).repeat_interleave(_width, dim: 0));

    /// <summary>Where the hypotheses of some texts of the batch stand.</summary>
    private Tensor Rows(int[] places) =>
        tensor([.. places.SelectMany(place => Enumerable.Range(place * _width, _width)).Select(row => (long)row)], device: device);

    /// <summary>One more token for each hypothesis.</summary>
    private void TakeStep(IncrementalDecoder decoder, TextInProgress[] batch, long firstText)
    {
        Hypothesis[] rows = [.. batch.SelectMany(text => text.Hypotheses)];
        var positions = PerRow(batch, text => text.Position);
        var logProbabilities = LogProbabilities(decoder.Next(Array.ConvertAll(rows, Previous), positions), rows);
        var scores = Array.ConvertAll(rows, row => row.LogProbability);
        var choice = plan.Strategy.Choose(new DecodingStep(logProbabilities, scores, positions, PerRow(batch, text => firstText + text.Text)));
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
        foreach (var (place, text) in batch.Index())
        {
            text.Continue(next.AsSpan(place * _width, _width));
        }
    }

    private long[] PerRow(TextInProgress[] batch, Func<TextInProgress, long> value) =>
        [.. batch.SelectMany(text => Enumerable.Repeat(value(text), _width))];

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
