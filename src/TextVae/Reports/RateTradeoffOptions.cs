using TextVae.Training;
using static System.FormattableString;

namespace TextVae;

/// <summary>Which rates a <see cref="RateTradeoff"/> tries, and how they are measured.</summary>
public sealed record RateTradeoffOptions
{
    /// <summary>What KL the runs are held at, nats per text, beside the one whose KL is as it comes.</summary>
    public IReadOnlyList<double> Nats { get; init; } = [4, 8, 16, 32];

    /// <summary>
    /// Whether rates are passed over that the KL comes to by itself: the weight of the KL term is never more than the recipe's, so
    /// runs held at less than that would be the same again.
    /// </summary>
    public bool PassesOverReached { get; init; }

    /// <summary>How much of each run is measured.</summary>
    public ReportOptions Report { get; init; } = new()
    {
        Limit = 1_000,
        Samples = 500,
        Reconstructions = 200,
        MapPoints = 0,
        BaselineCharacters = 500_000,
        NearestAmong = 1, // nobody asks for distances
    };

    /// <summary>Who is told how each training goes. They stay the caller's.</summary>
    public IReadOnlyList<ITrainingObserver> Observers { get; init; } = [];

    /// <summary>What makes a recipe hold its KL at a rate.</summary>
    /// <param name="nats">The rate, nats per text.</param>
    public static IReadOnlyList<string> Overrides(double nats) => ["objective.kl.schedule=target", Invariant($"objective.kl.nats={nats}")];

    /// <summary>Refuses values that make no sense.</summary>
    /// <exception cref="InvalidInputException">Names the value, what was found and what was expected.</exception>
    internal void Validate(Recipe recipe)
    {
        foreach (var nats in Nats)
        {
            Check.Positive(nats, "a wanted KL");
        }
        Report.Validate();
        Check.That(!recipe.Model.IsLanguageModel, "model.latent", recipe.Model.Latent, "at least 1, as a language model has no KL to hold");
        Check.That(!recipe.Objective.Kl.ControlsKl, "objective.kl.schedule", "one that holds the KL", "another, whose KL is as it comes; the other runs hold theirs");
    }
}
