using TextVae.Models;
using static TorchSharp.torch;

namespace TextVae.Generation;

/// <summary>Decodes a batch of latent vectors token by token, whatever the strategy and the constraint.</summary>
/// <param name="model">In evaluation mode.</param>
/// <param name="plan">The strategy and the constraint.</param>
/// <param name="device">Where the model is.</param>
internal sealed class DecodingLoop(TextVaeModel model, DecodingPlan plan, Device device)
{
    private readonly int _width = plan.Strategy.Width;
    private readonly int _vocabulary = model.Shape.Vocabulary;

    /// <summary>The best hypothesis of each text.</summary>
    /// <param name="z">[texts, latent].</param>
    /// <param name="firstText">Which text the first one is among all that are made with one seed.</param>
    public IReadOnlyList<Hypothesis> Run(Tensor z, long firstText)
    {
        using var scope = NewDisposeScope();
        var decoder = model.Begin(z.repeat_interleave(_width, dim: 0));
        Hypothesis[] rows = [.. Enumerable.Range(0, (int)z.shape[0] * _width).Select(row => row % _width == 0 ? Hypothesis.Empty(plan.Constraint) : Hypothesis.None)];
        // A text only loses probability as it goes on: where the best hypothesis has ended, it stays the best.
        for (var position = 0; position < plan.Positions && Best(rows).Any(text => !text.HasEnded); position++)
        {
            using var step = NewDisposeScope();
            foreach (var tensor in decoder.Living)
            {
                tensor.MoveToOtherDisposeScope(step); // the last step's, no longer needed after this one
            }
            var logProbabilities = LogProbabilities(decoder.Next(model.Seen(Previous(rows))), rows); // [rows, vocabulary]
            var choice = plan.Strategy.Choose(new DecodingStep(logProbabilities, Array.ConvertAll(rows, row => row.LogProbability), position, firstText));
            if (choice.Parents is { } parents)
            {
                decoder.Select(tensor(parents, device: device));
            }
            rows = Continue(rows, choice, logProbabilities);
            foreach (var tensor in decoder.Living)
            {
                tensor.MoveToOuterDisposeScope();
            }
        }
        return [.. Best(rows)];
    }

    private Tensor Previous(Hypothesis[] rows) =>
        tensor(Array.ConvertAll(rows, row => row switch
        {
            { HasEnded: true } => plan.PadId,
            { Tokens: [.., var last] } => last,
            _ => (long)model.Shape.StartToken,
        }), device: device);

    private Tensor LogProbabilities(Tensor logits, Hypothesis[] rows)
    {
        var mask = new float[rows.Length * _vocabulary];
        foreach (var (index, row) in rows.Index())
        {
            plan.Mask(row, mask.AsSpan(index * _vocabulary, _vocabulary));
        }
        var ended = tensor(Array.ConvertAll(rows, row => row.HasEnded), device: device).unsqueeze(1);
        return logits.to(float32).log_softmax(-1).masked_fill(ended, 0) + tensor(mask, device: device).view(rows.Length, _vocabulary);
    }

    private Hypothesis[] Continue(Hypothesis[] rows, Choice choice, Tensor logProbabilities)
    {
        var parents = choice.Parents ?? [.. Enumerable.Range(0, rows.Length)];
        var places = parents.Zip(choice.Tokens, (parent, token) => parent * _vocabulary + token).ToArray();
        var chosen = logProbabilities.flatten().index_select(0, tensor(places, device: device)).cpu().data<float>().ToArray();
        if (chosen.Any(float.IsNaN))
        {
            throw new InvalidInputException(InputKind.RunFolder, "model: found probabilities that are no numbers; expected finite weights");
        }
        return [.. parents.Select((parent, row) => rows[parent].With((int)choice.Tokens[row], chosen[row], plan))];
    }

    private IEnumerable<Hypothesis> Best(Hypothesis[] rows) =>
        rows.Chunk(_width).Select(hypotheses => hypotheses.MaxBy(hypothesis => hypothesis.LogProbability)!);
}
