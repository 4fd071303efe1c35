using System.Collections;
using System.Runtime.CompilerServices;
using TextVae.Texts;

namespace TextVae;

/// <summary>Which of the texts that a model draws are wanted.</summary>
public sealed record SelectionOptions
{
    /// <summary>Whether no two texts may be the same or near duplicates.</summary>
    public bool Unique { get; init; }

    /// <summary>Whether none may be a training text or a near duplicate of one.</summary>
    public bool Novel { get; init; }

    /// <summary>
    /// The greatest normalised edit distance of near duplicates, 0 to 0.5; 0: only the same text counts. Documents of an edit
    /// similarity above 0.8 are near duplicates to Lee et al. 2022, "Deduplicating Training Data".
    /// </summary>
    public double Distance { get; init; } = 0.2;

    /// <summary>Whether the report compares the texts with the training texts, even where they need not be novel.</summary>
    public bool Compare { get; init; }

    /// <summary>Whether the training texts must be read.</summary>
    public bool NeedsTraining => Novel || Compare;

    /// <summary>Whether a text may be rejected, or is compared with others.</summary>
    public bool IsAny => Unique || NeedsTraining;

    /// <summary>Refuses values that make no sense.</summary>
    /// <exception cref="InvalidInputException">Names the value, what was found and what was expected.</exception>
    public void Validate() => Check.Between(0, 0.5, Distance, "the distance of near duplicates");
}

/// <summary>Texts that are drawn until there are enough of those that are wanted: read once, as they come.</summary>
public sealed class SelectedTexts : IEnumerable<GeneratedText>
{
    private const int LeastRound = 64; // texts drawn at once, as some of them may be rejected

    private readonly Func<int, long, IAsyncEnumerable<GeneratedText>> _draw; // how many, and the number of the first one
    private readonly int _count;
    private readonly TextSelection _selection;
    private readonly SelectionOptions _options;
    private readonly TrainingReference? _training;

    internal SelectedTexts(
        Func<int, long, IAsyncEnumerable<GeneratedText>> draw, int count, SelectionOptions options, TrainingReference? training, long seed, Normalization normalization)
    {
        (_draw, _count, _options, _training) = (draw, count, options, training);
        _selection = new TextSelection(options.Distance, options.Unique, options.Novel, training?.Index, normalization);
        Statistics = new TextStatistics(seed);
    }

    /// <summary>Whether it ended because no wanted text came any more: none among the last <see cref="Patience"/> drawn.</summary>
    public bool IsExhausted => _selection.IsExhausted;

    /// <summary>So many texts rejected in a row end the drawing.</summary>
    public int Patience => _selection.Patience;

    /// <summary>What the accepted texts are like; gathered where they are compared with the training texts.</summary>
    public TextStatistics Statistics { get; }

    /// <summary>What the training texts are like; null where they were not read.</summary>
    public TextStatistics? Training => _training?.Statistics;

    /// <summary>What became of the texts drawn so far, and what the accepted ones are like beside real ones.</summary>
    public SelectionReport Report => SelectionReport.Of(_options.Distance, _selection.Counts, Statistics, _training);

    /// <inheritdoc/>
    public IEnumerator<GeneratedText> GetEnumerator() => ReadAsync().ToBlockingEnumerable().GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The texts, without holding the caller's thread.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    public IAsyncEnumerable<GeneratedText> ReadAsync(CancellationToken cancellationToken = default) => DrawAsync(cancellationToken);

    private async IAsyncEnumerable<GeneratedText> DrawAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var round = _options.IsAny ? int.Max(_count, LeastRound) : _count;
        for (var first = 0L; ; first += round)
        {
            await foreach (var text in _draw(round, first).WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                if (_selection.Accepts(text))
                {
                    if (_training is not null)
                    {
                        Statistics.Add(text.Text);
                    }
                    yield return text;
                }
                if (IsExhausted || _selection.Counts.Accepted == _count)
                {
                    yield break;
                }
            }
        }
    }
}

/// <summary>What became of the texts that were drawn, and what the accepted ones are like beside real ones.</summary>
/// <param name="NearDuplicateDistance">The greatest normalised edit distance of near duplicates.</param>
/// <param name="Counts">What became of the texts.</param>
/// <param name="Memorized">Null where the training texts were not looked up.</param>
/// <param name="Comparison">Null where the training texts were not read, or no text was accepted.</param>
public sealed record SelectionReport(double NearDuplicateDistance, SelectionCounts Counts, MemorizedShares? Memorized, CorpusComparison? Comparison)
{
    internal static SelectionReport Of(double distance, SelectionCounts counts, TextStatistics accepted, TrainingReference? training) => new(
        distance,
        counts,
        training?.ValidationLikeness is { } unseen && counts.Drawn > 0 ? MemorizedShares.Of(counts, unseen) : null,
        training is null || counts.Accepted == 0 ? null : CorpusComparison.Of(accepted, training.Validation, training.Statistics));
}

/// <summary>Shares of the drawn texts, and of the validation texts, that are among the training texts or near duplicates of them.</summary>
/// <param name="Same">Of the drawn ones, those that are the same as a training text.</param>
/// <param name="Near">Of the drawn ones, those that are near duplicates.</param>
/// <param name="ValidationSame">Of validation texts, those that are the same.</param>
/// <param name="ValidationNear">Of validation texts, those that are near duplicates.</param>
public sealed record MemorizedShares(double Same, double Near, double ValidationSame, double ValidationNear)
{
    internal static MemorizedShares Of(SelectionCounts counts, IReadOnlyDictionary<Likeness, int> unseen)
    {
        double Share(Likeness likeness) => (double)unseen.GetValueOrDefault(likeness) / unseen.Values.Sum();
        return new((double)counts.Memorized / counts.Drawn, (double)counts.NearMemorized / counts.Drawn, Share(Likeness.Same), Share(Likeness.Near));
    }
}
