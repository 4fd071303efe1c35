using TextVae.Evaluation;
using TextVae.Scoring;

namespace TextVae;

/// <summary>How texts are scored.</summary>
public sealed record ScoringOptions
{
    /// <summary>The most texts to read ahead, which are held in memory.</summary>
    public const int MostReadAhead = 100_000;

    /// <summary>The most samples of the importance-weighted bound.</summary>
    public const int MostImportanceSamples = ImportanceWeighting.MostSamples;

    /// <summary>K, at most <see cref="MostImportanceSamples"/>: samples of the importance-weighted bound (Burda et al. 2016), tighter the more; 0: the ELBO.</summary>
    public int ImportanceSamples { get; init; }

    /// <summary>
    /// The prior p(z) in the bound. Null: the fitted one, if the model has one which held-out texts preferred. Under it the KL term is
    /// an estimate by one sample, which may be negative.
    /// </summary>
    public PriorKind? Prior { get; init; }

    /// <summary>Whether to give the cost of each token.</summary>
    public bool PerToken { get; init; }

    /// <summary>
    /// Texts that are read before the first of them is scored. Those of about the same length are scored together, so more
    /// are faster, up to <see cref="MostReadAhead"/>; with 1 each text is answered before the next is read. It is no matter for the scores but for rounding.
    /// </summary>
    public int ReadAhead { get; init; } = 2_048;

    /// <summary>The scores of the validation texts (<c>TextVaeSession.ValidationScores</c>) in the same way; without them there are no percentiles.</summary>
    public ScoreDistribution? Validation { get; init; }

    /// <summary>Told how many more texts, or pieces of long ones, are done, from any thread.</summary>
    public IProgress<long>? Scored { get; init; }

    /// <summary>Refuses values that make no sense.</summary>
    /// <exception cref="InvalidInputException">Names the value, what was found and what was expected.</exception>
    public void Validate()
    {
        Check.Within(0, MostImportanceSamples, ImportanceSamples, "the number of importance samples");
        Check.That(Prior is null || Enum.IsDefined(Prior.Value), "the prior", Prior, "standard or fitted");
        Check.Within(1, MostReadAhead, ReadAhead, "the number of texts to read ahead");
    }
}
