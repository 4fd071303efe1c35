using TextVae.Objectives;

namespace TextVae.Reports;

/// <summary>What a short run came to whose latent vector says so much of a text. Samples are decoded greedily, as by default.</summary>
public sealed record RateTrial
{
    /// <summary>The run's folder.</summary>
    public required string Run { get; init; }

    /// <summary>The KL that was asked for, nats per text; null: as it comes, with the recipe's own objective.</summary>
    public double? Nats { get; init; }

    /// <summary>The KL that the weights to use have come to, nats per held-out text.</summary>
    public required double Kl { get; init; }

    /// <summary>Whether that is further from what was asked for than the schedule tolerates.</summary>
    public required bool MissesTarget { get; init; }

    /// <summary>The bound on what held-out texts cost.</summary>
    public required double BitsPerCharacter { get; init; }

    /// <summary>The share of the characters of held-out texts that come back from the posteriors' means: 1 less the character error rate, and no less than 0.</summary>
    public required double CharactersRight { get; init; }

    /// <inheritdoc cref="SampleFigures.Unique"/>
    public required double Unique { get; init; }

    /// <inheritdoc cref="SampleFigures.Novel"/>
    public double? Novel { get; init; }

    /// <inheritdoc cref="SampleFigures.ForwardBits"/>
    public required double ForwardBits { get; init; }

    /// <inheritdoc cref="SampleFigures.ReverseBits"/>
    public required double ReverseBits { get; init; }

    /// <summary>What makes a recipe train at this rate.</summary>
    public IReadOnlyList<string> Overrides() => Nats is { } nats ? RateTradeoffOptions.Overrides(nats) : [];

    /// <param name="run">The run's folder.</param>
    /// <param name="recipe">The run's recipe.</param>
    /// <param name="report">What it came to.</param>
    internal static RateTrial Of(string run, Recipe recipe, RunReport report)
    {
        var (target, kl, samples) = (recipe.Objective.Kl as TargetSchedule, report.Bound.Kl, report.Samples[0]);
        return new RateTrial
        {
            Run = run,
            Nats = target?.Nats,
            Kl = kl,
            MissesTarget = target is not null && !target.IsOnTarget(kl),
            BitsPerCharacter = report.Bound.BitsPerCharacter.Total,
            CharactersRight = Math.Max(0, 1 - (report.Reconstruction?.CharacterErrorRate ?? 1)),
            Unique = samples.Unique,
            Novel = samples.Novel,
            ForwardBits = samples.ForwardBits,
            ReverseBits = samples.ReverseBits,
        };
    }
}
