using TextVae.Data;
using TextVae.Evaluation;
using TextVae.Generation;
using TextVae.Scoring;

namespace TextVae;

/// <content>What texts cost.</content>
public sealed partial class TextVaeSession
{
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
    /// <param name="batches">Each [texts, time], row after row.</param>
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
        var rows = batch.Texts.Rows;
        TextScore[] scores = [.. texts.Select((text, row) => new TextScore { Text = text, Fault = batch.Faults[row], Unknown = batch.Unknown[row] })];
        int[] fitting = [.. Enumerable.Range(0, texts.Length).Where(row => batch.Faults[row] is null)];
        var costs = Wait(_engine.ScoreAsync([.. fitting.Select(row => rows[row])], options.ImportanceSamples, options.PerToken));
        foreach (var (row, cost) in fitting.Zip(costs))
        {
            scores[row] = Filled(scores[row], rows[row], cost, options);
        }
        return scores;
    }

    private TextScore Filled(TextScore score, TextRow row, TextCost cost, ScoringOptions options)
    {
        var characters = Saved.Tokenizer.CountCharacters(row.Ids.Span);
        double? bits = characters > 0 ? BitsPerCharacter.Of(cost.Bound, characters) : null;
        return score with
        {
            Nats = cost.Bound,
            Reconstruction = cost.Reconstruction,
            Kl = cost.Kl,
            BitsPerCharacter = bits,
            Percentile = bits is { } rate ? options.Validation?.Percentile(rate) : null,
            Tokens = cost.Tokens is { } tokens
                ? [.. row.Ids[..ScoredPositions(row)].ToArray().Zip(tokens, (id, nats) => new TokenCost(Saved.Tokenizer.Vocabulary.Tokens[id], nats))]
                : null,
        };
    }

    private int ScoredPositions(TextRow row) => Saved.File.Data.ScorePadding ? row.Ids.Length : row.Length;
}
