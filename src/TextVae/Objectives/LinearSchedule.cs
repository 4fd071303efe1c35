using System.Text.Json.Serialization;

namespace TextVae.Objectives;

/// <summary>From a floor to the weight, linearly between two steps (paper 3.4; released settings: 0.001, 1,000 to 8,000).</summary>
public sealed record LinearSchedule : KlSchedule
{
    /// <summary>beta until <see cref="Start"/>.</summary>
    public double Floor { get; init; } = 0.001;

    /// <summary>The last step at the floor.</summary>
    public long Start { get; init; } = 1_000;

    /// <summary>The first step at the weight.</summary>
    public long End { get; init; } = 8_000;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string? Advice => $"objective.kl.end={2 * End}";

    /// <inheritdoc/>
    public override double Beta(long step, KlScheduleState state) => Ramp(Floor, (double)(step - Start) / (End - Start));

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Check.Between(0, Weight, Floor, "objective.kl.floor");
        Check.AtLeast(0, Start, "objective.kl.start");
        Check.That(End > Start, "objective.kl.end", End, $"more than objective.kl.start, {Start}");
    }
}
