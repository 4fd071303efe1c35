using TextVae.Data;
using TextVae.Evaluation;

namespace TextVae;

/// <summary>A part of a corpus.</summary>
public enum TextSplit
{
    /// <summary>Texts to learn from.</summary>
    Train,

    /// <summary>Texts to watch the training by.</summary>
    Valid,

    /// <summary>Texts to judge by.</summary>
    Test,
}

/// <summary>What a <see cref="TextVaeSession"/> evaluates.</summary>
public sealed record EvaluationOptions
{
    /// <summary>Which split of the training data, where no texts are given.</summary>
    public TextSplit Split { get; init; } = TextSplit.Valid;

    /// <summary>Most texts: evenly spaced, if there are more. Null: as in training, <c>training.validationTexts</c>.</summary>
    public int? Limit { get; init; }

    /// <summary>K, at most 100,000: bounds the likelihood also by so many samples from each text's posterior (Burda et al. 2016). Null: not at all.</summary>
    public int? ImportanceSamples { get; init; }

    /// <summary>
    /// Null: the bound under N(0, I), and beside it the one under the fitted prior, if the model has one. Standard: only the first;
    /// fitted: both, or an exception.
    /// </summary>
    public PriorKind? Prior { get; init; }

    /// <summary>Refuses values that make no sense.</summary>
    /// <exception cref="InvalidInputException">Names the value, what was found and what was expected.</exception>
    public void Validate()
    {
        Check.That(Enum.IsDefined(Split), "the split", Split, "train, valid or test");
        Check.That(Prior is null || Enum.IsDefined(Prior.Value), "the prior", Prior, "standard or fitted");
        Check.AtLeast(1, Limit ?? 1, "the limit of texts");
        Check.Within(1, ImportanceWeighting.MostSamples, ImportanceSamples ?? 1, "the number of importance samples");
    }

    /// <exception cref="InvalidInputException">The corpus has no such split.</exception>
    internal ITextDataset Of(Corpus corpus) => Split switch
    {
        TextSplit.Train => corpus.Train,
        TextSplit.Valid => corpus.Validation,
        _ => corpus.Test ?? throw new InvalidInputException(InputKind.Data, "the training data has no test split; expected texts, or another split") { Property = "split" },
    };
}

/// <summary>Which bound is being measured.</summary>
public enum EvaluationPhase
{
    /// <summary>The evidence lower bound.</summary>
    Bound,

    /// <summary>The importance-weighted bound.</summary>
    ImportanceWeighted,
}

/// <summary>How far an evaluation is.</summary>
/// <param name="Phase">Which bound is being measured.</param>
/// <param name="Texts">Texts done.</param>
/// <param name="Of">Of how many.</param>
public readonly record struct EvaluationProgress(EvaluationPhase Phase, long Texts, long Of);

/// <summary>A model's figures on a set of texts.</summary>
/// <param name="Result">The bound and its terms.</param>
/// <param name="ImportanceWeighted">The importance-weighted bound; null where it was not asked for.</param>
/// <param name="Available">Texts that there are, of which <see cref="EvaluationResult.Texts"/> were evaluated.</param>
public sealed record EvaluationReport(EvaluationResult Result, ImportanceWeightedResult? ImportanceWeighted, long Available)
{
    /// <summary>The bounds under the fitted prior, where the model has one.</summary>
    public FittedPriorResult? FittedPrior { get; init; }
}
