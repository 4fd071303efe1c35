using TextVae.Data;
using TextVae.Evaluation;
using TextVae.Generation;
using TextVae.Objectives;
using TextVae.Scoring;

namespace TextVae;

/// <content>What texts cost.</content>
public sealed partial class TextVaeSession
{
    private const int PositionsAtOnce = 1 << 14; // that pass the decoder together: of an LSTM with H = 1,000 0.3 GB of gates

    /// <summary>What each text costs the model, the more the more unusual it is (<see cref="TextScorer"/>).</summary>
    /// <param name="texts">Any number; the scores come in their order, as they are made, and nothing of them is kept.</param>
    /// <param name="options">How; by the ELBO by default.</param>
    /// <exception cref="InvalidInputException">An option makes no sense. A text that does not fit the model has a score without figures.</exception>
    public IEnumerable<TextScore> Score(IEnumerable<string> texts, ScoringOptions? options = null)
    {
        options ??= new ScoringOptions();
        options.Validate();
        return texts.Chunk(options.ReadAhead).SelectMany(chunk => Score(chunk, _encoding.Read(chunk), options));
    }

    /// <summary>As <see cref="Score(IEnumerable{string}, ScoringOptions?)"/>, for texts that are tokens already.</summary>
    /// <param name="batches">Each [texts, time].</param>
    /// <param name="options">How; by the ELBO by default.</param>
    public IEnumerable<TextScore> ScoreTokens(IEnumerable<TextBatch> batches, ScoringOptions? options = null)
    {
        options ??= new ScoringOptions();
        options.Validate();
        return batches.SelectMany(batch =>
        {
            string[] texts = [.. Enumerable.Range(0, batch.Count).Select(text => Saved.Tokenizer.Decode(batch[text]))];
            return Score(texts, new TokenBatch(batch, new string?[texts.Length], new int[texts.Length]), options);
        });
    }

    private TextScore[] Score(string[] texts, TokenBatch batch, ScoringOptions options)
    {
        var scorer = new TextScorer(Saved.Model, new Objective(Saved.Tokenizer.Vocabulary.PadId, Saved.File.Data.ScorePadding), _device);
        TextScore[] scores = [.. texts.Select((text, row) => new TextScore { Text = text, Fault = batch.Faults[row], Unknown = batch.Unknown[row] })];
        // Texts of about the same length come together, so that little of a batch is padding.
        var fitting = Enumerable.Range(0, texts.Length).Where(row => batch.Faults[row] is null).OrderBy(row => batch.Texts.Lengths[row]);
        foreach (var together in Batches([.. fitting]))
        {
            var costs = Compute(() => scorer.Score(batch.Texts.Select(together), options.ImportanceSamples, options.PerToken));
            foreach (var (index, row) in together.Index())
            {
                scores[row] = Filled(scores[row], batch.Texts[row], costs, index, options);
            }
        }
        return scores;
    }

    /// <summary>
    /// Parts whose sizes are few different powers of two: libtorch keeps what it prepares for each shape of a product, and its
    /// memory would grow with every new one.
    /// </summary>
    private IEnumerable<int[]> Batches(int[] rows)
    {
        var most = int.Max(1, PositionsAtOnce / Shape.Length);
        for (var first = 0; first < rows.Length;)
        {
            var count = 1 << int.Log2(int.Min(most, rows.Length - first));
            yield return rows[first..(first + count)];
            first += count;
        }
    }

    private TextScore Filled(TextScore score, ReadOnlySpan<int> ids, TextCosts costs, int index, ScoringOptions options)
    {
        var characters = Saved.Tokenizer.CountCharacters(ids);
        double? bits = characters > 0 ? BitsPerCharacter.Of(costs.Bound[index], characters) : null;
        return score with
        {
            Nats = costs.Bound[index],
            Reconstruction = costs.Reconstruction[index],
            Kl = costs.Kl[index],
            BitsPerCharacter = bits,
            Percentile = bits is { } cost ? options.Validation?.Percentile(cost) : null,
            Tokens = costs.Tokens is { } tokens
                ? [.. ids[..ScoredPositions(ids)].ToArray().Zip(tokens[index], (id, nats) => new TokenCost(Saved.Tokenizer.Vocabulary.Tokens[id], nats))]
                : null,
        };
    }

    private int ScoredPositions(ReadOnlySpan<int> ids) =>
        Saved.File.Data.ScorePadding ? ids.Length : ids.TrimEnd(Saved.Tokenizer.Vocabulary.PadId).Length;
}
