using TextVae.Kernels;
using static TorchSharp.torch;

namespace TextVae.Generation;

/// <summary>
/// The next token of each hypothesis of a batch, by its text's plan: what the constraint allows, then what the strategy
/// chooses, for all texts of the same strategy at once.
/// </summary>
/// <param name="vocabulary">V.</param>
internal sealed class TokenChoice(int vocabulary)
{
    private float[] _logProbabilities = []; // [rows, vocabulary] of the last step, and more: a large array at each step would keep the garbage collector busy
    private float[] _ofStrategy = []; // the same for some of the rows

    /// <summary>Lets each text go on by one token, or fail.</summary>
    /// <param name="logits">[rows, vocabulary]; a row that belongs to no text is chosen for and forgotten.</param>
    /// <param name="texts">Those in progress.</param>
    /// <returns>Which row each goes on from; null: itself.</returns>
    public long[]? Choose(Tensor logits, IReadOnlyList<TextInProgress> texts)
    {
        var rows = (int)logits.shape[0];
        Grow(ref _logProbabilities, rows);
        var scores = _logProbabilities.AsSpan(0, rows * vocabulary);
        scores.Clear();
        foreach (var text in texts)
        {
            Mask(text);
        }
        LogSoftmax.AddTo(logits, _logProbabilities);
        long[]? parents = null;
        var strategies = texts.Where(text => text.Failure is null).GroupBy(text => text.Plan.Strategy).ToList();
        foreach (var strategy in strategies)
        {
            TextInProgress[] together = [.. strategy];
            try
            {
                Continue(strategy.Key, together, rows, IsAlone(strategies.Count, together, rows), ref parents);
            }
            catch (Exception failure)
            {
                Array.ForEach(together, text => text.Failure ??= failure);
            }
        }
        return parents;
    }

    /// <summary>Whether a strategy can choose for all rows as they stand, without a copy.</summary>
    private static bool IsAlone(int strategies, TextInProgress[] texts, int rows)
    {
        var width = texts[0].Hypotheses.Length;
        return strategies == 1 && rows % width == 0 && Array.TrueForAll(texts, text => text.FirstRow % width == 0);
    }

    /// <summary>Writes what may follow each hypothesis.</summary>
    private void Mask(TextInProgress text)
    {
        try
        {
            for (var index = 0; index < text.Hypotheses.Length; index++)
            {
                text.Plan.Mask(text.Hypotheses[index], Row(text.FirstRow + index));
            }
        }
        catch (Exception failure)
        {
            text.Failure = failure;
        }
    }

    private void Continue(IDecodingStrategy strategy, TextInProgress[] texts, int batchRows, bool isAlone, ref long[]? parents)
    {
        var width = texts[0].Hypotheses.Length;
        var rows = isAlone ? batchRows : texts.Length * width;
        var (scores, positions, seeds) = (new double[rows], new long[rows], new long[rows]);
        if (!isAlone)
        {
            Grow(ref _ofStrategy, rows);
        }
        for (var number = 0; number < texts.Length; number++)
        {
            var text = texts[number];
            var first = isAlone ? text.FirstRow : number * width;
            for (var index = 0; index < width; index++)
            {
                var (row, hypothesis) = (first + index, text.Hypotheses[index]);
                (scores[row], positions[row], seeds[row]) = (hypothesis.LogProbability, text.Position, text.Seed);
                if (hypothesis.HasEnded)
                {
                    Row(text.FirstRow + index)[text.Plan.PadId] = 0; // costs nothing
                }
                if (!isAlone)
                {
                    Row(text.FirstRow + index).CopyTo(_ofStrategy.AsSpan(row * vocabulary));
                }
            }
        }
        var choice = strategy.Choose(new DecodingStep((isAlone ? _logProbabilities : _ofStrategy).AsMemory(0, rows * vocabulary), scores, positions, seeds));
        for (var number = 0; number < texts.Length; number++)
        {
            Continue(texts[number], isAlone ? texts[number].FirstRow : number * width, choice);
        }
        if (choice.Parents is { } chosen)
        {
            parents ??= [.. Enumerable.Range(0, batchRows).Select(row => (long)row)];
            for (var row = 0; row < texts.Length * width; row++)
            {
                var text = texts[row / width];
                var first = isAlone ? text.FirstRow : row / width * width;
                parents[text.FirstRow + row % width] = text.FirstRow + chosen[first + row % width] - first;
            }
        }
    }

    /// <param name="text">The text.</param>
    /// <param name="first">The row of its first hypothesis among those that were chosen for.</param>
    /// <param name="choice">What was chosen.</param>
    private void Continue(TextInProgress text, int first, Choice choice)
    {
        var next = new Hypothesis[text.Hypotheses.Length];
        for (var index = 0; index < next.Length; index++)
        {
            var parent = (int)(choice.Parents?[first + index] ?? first + index) - first;
            var token = (int)choice.Tokens[first + index];
            var logProbability = Row(text.FirstRow + parent)[token];
            if (float.IsNaN(logProbability))
            {
                text.Failure = new InvalidInputException(InputKind.RunFolder, "model: found probabilities that are no numbers; expected finite weights");
                return;
            }
            next[index] = text.Hypotheses[parent].With(token, logProbability, text.Plan);
        }
        text.Continue(next);
    }

    private Span<float> Row(int row) => _logProbabilities.AsSpan(row * vocabulary, vocabulary);

    private void Grow(ref float[] numbers, int rows)
    {
        var needed = (long)rows * vocabulary;
        if (numbers.Length < needed)
        {
            Check.That(needed <= Array.MaxLength, "the number of hypotheses at a time", rows, (InvariantText)$"at most {Array.MaxLength / vocabulary:N0} for a vocabulary of {vocabulary:N0}");
            numbers = new float[long.Clamp((long)DecodingBatch.Capacity * vocabulary, needed, Array.MaxLength)];
        }
    }
}
