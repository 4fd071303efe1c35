using System.Runtime.CompilerServices;
using TextVae.Data;
using TextVae.Evaluation;
using TextVae.Generation;
using TextVae.Scoring;

namespace TextVae;

/// <content>What texts cost.</content>
public sealed partial class TextVaeSession
{
    /// <summary>What a text costs the model, the more the more unusual it is.</summary>
    /// <param name="text">The text.</param>
    /// <param name="options">How; by the ELBO by default.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InvalidInputException">The text does not fit the model, or an option makes no sense.</exception>
    public TextScore Score(string text, ScoringOptions? options = null, CancellationToken cancellationToken = default) =>
        Wait(ScoreAsync(text, options, cancellationToken));

    /// <summary>As <see cref="Score(string, ScoringOptions?, CancellationToken)"/>, without holding the caller's thread.</summary>
    /// <param name="text">The text.</param>
    /// <param name="options">How; by the ELBO by default.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<TextScore> ScoreAsync(string text, ScoringOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        options ??= new ScoringOptions();
        options.Validate();
        var score = (await ScoreChunkAsync([text], _encoding.Read([text]), options, cancellationToken).ConfigureAwait(false))[0];
        return score.Fault is { } fault ? throw new InvalidInputException(InputKind.Data, fault) : score;
    }

    /// <summary>What each text costs the model (<see cref="TextScorer"/>), in their order and as they are read.</summary>
    /// <param name="texts">As many as there are. One that is longer than the model reads is scored in pieces; one that does not fit it at all has a fault and no figures.</param>
    /// <param name="options">How; by the ELBO by default.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InvalidInputException">An option makes no sense.</exception>
    public IEnumerable<TextScore> Score(IEnumerable<string> texts, ScoringOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return ScoreAsync(texts.ToAsyncEnumerable(), options, cancellationToken).ToBlockingEnumerable(cancellationToken);
    }

    /// <summary>As <see cref="Score(IEnumerable{string}, ScoringOptions?, CancellationToken)"/>, without holding the caller's thread.</summary>
    /// <param name="texts">As many as there are.</param>
    /// <param name="options">How; by the ELBO by default.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public IAsyncEnumerable<TextScore> ScoreAsync(IAsyncEnumerable<string> texts, ScoringOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        options ??= new ScoringOptions();
        options.Validate();
        return ScoreStreamAsync(texts, options, cancellationToken);
    }

    /// <summary>
    /// The scores of the texts that the run was validated by, for <see cref="ScoringOptions.Validation"/>: as kept in the run
    /// folder for these weights and this way of scoring, else measured and kept.
    /// </summary>
    /// <param name="options">How texts are scored.</param>
    /// <param name="measuring">Told, before they are scored, how many texts there are.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InvalidInputException">The training data is no longer there or no longer the same, or the model has diverged.</exception>
    public ScoreDistribution ValidationScores(ScoringOptions? options = null, IProgress<long>? measuring = null, CancellationToken cancellationToken = default)
    {
        options ??= new ScoringOptions();
        options.Validate();
        var prior = _priors.Kind(options.Prior) == PriorKind.Fitted ? _priors.Fitted!.Figures : null;
        return Scoring.ValidationScores.Of(Run, Saved, options, prior, batches => ScoreAll(batches, options with { PerToken = false }, cancellationToken), measuring);
    }

    private IEnumerable<TextScore> ScoreAll(IEnumerable<TextBatch> batches, ScoringOptions options, CancellationToken cancellationToken) => batches.SelectMany(batch =>
    {
        string[] texts = [.. Enumerable.Range(0, batch.Count).Select(text => Saved.Tokenizer.Decode(batch[text]))];
        return Wait(ScoreChunkAsync(texts, ReadTexts.WithoutFault(batch), options, cancellationToken));
    });

    private async IAsyncEnumerable<TextScore> ScoreStreamAsync(
        IAsyncEnumerable<string> texts, ScoringOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var chunk in texts.Chunk(options.ReadAhead).WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            foreach (var score in await ScoreChunkAsync(chunk, _encoding.Read(chunk), options, cancellationToken).ConfigureAwait(false))
            {
                yield return score;
            }
        }
    }

    private async Task<TextScore[]> ScoreChunkAsync(string[] texts, ReadTexts read, ScoringOptions options, CancellationToken cancellationToken)
    {
        var whole = read.Fitting;
        (IReadOnlyList<TextRow> Rows, int Unknown)[] longer = [.. texts.Where((_, row) => read.Faults[row] is not null).Select(_encoding.Pieces)];
        IReadOnlyList<TextRow> rows = [.. whole, .. longer.SelectMany(pieces => pieces.Rows)];
        var way = new ScoringWay(options.ImportanceSamples, options.PerToken, _priors.Of(options.Prior));
        var costs = rows.Count == 0 ? [] : await _engine.ScoreAsync(rows, way, options.Scored, cancellationToken).ConfigureAwait(false);
        var (next, nextPiece, nextLong) = (0, whole.Count, 0);
        return [.. texts.Select((text, row) =>
        {
            var score = new TextScore { Text = text, Fault = read.Faults[row], Unknown = read.Unknown[row] };
            if (score.Fault is null)
            {
                return Filled(score, [whole[next]], [costs[next++]], options);
            }
            var (pieces, unknown) = longer[nextLong++];
            nextPiece += pieces.Count;
            return pieces.Count == 0 ? score : Filled(score with { Fault = null, Unknown = unknown, Pieces = pieces.Count }, pieces, [.. costs.Skip(nextPiece - pieces.Count).Take(pieces.Count)], options);
        })];
    }

    private TextScore Filled(TextScore score, IReadOnlyList<TextRow> rows, IReadOnlyList<TextCost> costs, ScoringOptions options)
    {
        var (characters, nats) = (rows.Sum(row => Saved.Tokenizer.CountCharacters(row.Ids.Span)), costs.Sum(cost => cost.Bound));
        double? bits = characters > 0 ? BitsPerCharacter.Of(nats, characters) : null;
        return score with
        {
            Nats = nats,
            Reconstruction = costs.Sum(cost => cost.Reconstruction),
            Kl = costs.Sum(cost => cost.Kl),
            BitsPerCharacter = bits,
            Percentile = bits is { } rate ? options.Validation?.Percentile(rate) : null,
            Tokens = options.PerToken ? [.. rows.Zip(costs).SelectMany(pair => Tokens(pair.First, pair.Second))] : null,
        };
    }

    private IEnumerable<TokenCost> Tokens(TextRow row, TextCost cost) =>
        row.Ids[.._engine.Objective.ScoredPositions(row)].ToArray().Zip(cost.Tokens!, (id, nats) => new TokenCost(Saved.Tokenizer.Vocabulary.Tokens[id], nats));
}
