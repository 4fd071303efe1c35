using TextVae.Kernels;
using TextVae.Models;
using static TorchSharp.torch;

namespace TextVae.Generation;

/// <summary>Decodes a batch of latent vectors token by token, whatever the strategy and the constraint.</summary>
/// <param name="model">In evaluation mode.</param>
/// <param name="plan">The strategy and the constraint.</param>
/// <param name="device">Where the model is.</param>
internal sealed class DecodingLoop(TextVaeModel model, DecodingPlan plan, Device device)
{
    private const double EnoughEnded = 0.25; // of the texts in the batch, to go on without them

    private readonly int _width = plan.Strategy.Width;
    private readonly int _vocabulary = model.Shape.Vocabulary;

    /// <summary>The best hypothesis of each text.</summary>
    /// <param name="z">[texts, latent].</param>
    /// <param name="firstText">Which text the first one is among all that are made with one seed.</param>
    public IReadOnlyList<Hypothesis> Run(Tensor z, long firstText)
    {
        using var scope = NewDisposeScope();
        var decoder = model.Begin(z.repeat_interleave(_width, dim: 0));
        var done = new Hypothesis[z.shape[0]];
        int[] texts = [.. Enumerable.Range(0, done.Length)]; // those in the batch
        Hypothesis[] rows = [.. Enumerable.Range(0, done.Length * _width).Select(row => row % _width == 0 ? Hypothesis.Empty(plan.Constraint) : Hypothesis.None)];
        for (var position = 0; position < plan.Positions && texts.Length > 0; position++)
        {
            using var step = NewDisposeScope();
            foreach (var tensor in decoder.Living)
            {
                tensor.MoveToOtherDisposeScope(step); // the last step's, no longer needed after this one
            }
            var logProbabilities = LogProbabilities(decoder.Next(model.Seen(Previous(rows))), rows);
            long[] textOfRow = [.. texts.SelectMany(text => Enumerable.Repeat(firstText + text, _width))];
            var choice = plan.Strategy.Choose(new DecodingStep(logProbabilities, Array.ConvertAll(rows, row => row.LogProbability), position, textOfRow));
            if (choice.Parents is { } parents)
            {
                decoder.Select(tensor(parents, device: device));
            }
            rows = Continue(rows, choice, logProbabilities);
            (texts, rows) = WithoutEnded(texts, rows, done, decoder);
            foreach (var tensor in decoder.Living)
            {
                tensor.MoveToOuterDisposeScope();
            }
        }
        Finish(texts, rows, done);
        return done;
    }

    private Tensor Previous(Hypothesis[] rows) =>
        tensor(Array.ConvertAll(rows, row => row switch
        {
            { HasEnded: true } => plan.PadId,
            { Tokens: [.., var last] } => last,
            _ => (long)model.Shape.StartToken,
        }), device: device);

    /// <summary>What each token costs, [rows, vocabulary]; minus infinity where it is forbidden.</summary>
    private float[] LogProbabilities(Tensor logits, Hypothesis[] rows)
    {
        var scores = new float[rows.Length * _vocabulary];
        foreach (var (index, row) in rows.Index())
        {
            plan.Mask(row, scores.AsSpan(index * _vocabulary, _vocabulary));
        }
        LogSoftmax.AddTo(logits, scores);
        foreach (var (index, _) in rows.Index().Where(row => row.Item.HasEnded))
        {
            scores[index * _vocabulary + plan.PadId] = 0;
        }
        return scores;
    }

    private Hypothesis[] Continue(Hypothesis[] rows, Choice choice, float[] logProbabilities)
    {
        var parents = choice.Parents ?? [.. Enumerable.Range(0, rows.Length)];
        return [.. parents.Zip(choice.Tokens, (parent, token) =>
        {
            var chosen = logProbabilities[parent * _vocabulary + token];
            return float.IsNaN(chosen)
                ? throw new InvalidInputException(InputKind.RunFolder, "model: found probabilities that are no numbers; expected finite weights")
                : rows[parent].With((int)token, chosen, plan);
        })];
    }

    /// <summary>
    /// Leaves the texts that have ended out of the batch, once they are many enough to pay for copying the rest. A text only
    /// loses probability as it goes on: where the best hypothesis has ended, it stays the best.
    /// </summary>
    private (int[] Texts, Hypothesis[] Rows) WithoutEnded(int[] texts, Hypothesis[] rows, Hypothesis[] done, IncrementalDecoder decoder)
    {
        int[] going = [.. Best(rows).Index().Where(text => !text.Item.HasEnded).Select(text => text.Index)];
        if (going.Length > (1 - EnoughEnded) * texts.Length)
        {
            return (texts, rows);
        }
        Finish(texts, rows, done);
        int[] kept = [.. going.SelectMany(text => Enumerable.Range(text * _width, _width))];
        if (kept.Length > 0)
        {
            decoder.Keep(tensor(Array.ConvertAll(kept, row => (long)row), device: device));
        }
        return (Array.ConvertAll(going, text => texts[text]), Array.ConvertAll(kept, row => rows[row]));
    }

    private void Finish(int[] texts, Hypothesis[] rows, Hypothesis[] done)
    {
        foreach (var (text, best) in texts.Zip(Best(rows)))
        {
            done[text] = best;
        }
    }

    private IEnumerable<Hypothesis> Best(Hypothesis[] rows) =>
        rows.Chunk(_width).Select(hypotheses => hypotheses.MaxBy(hypothesis => hypothesis.LogProbability)!);
}
