namespace TextVae.Objectives;

/// <summary>
/// Cyclical annealing (Fu et al. 2019): in each cycle beta grows linearly from the floor to the weight, then stays there
/// until the next begins.
/// </summary>
public sealed record CyclicalSchedule : KlSchedule
{
    /// <summary>beta at the beginning of a cycle.</summary>
    public double Floor { get; init; }

    /// <summary>Steps of a cycle.</summary>
    public long Period { get; init; } = 2_500;

    /// <summary>Share of a cycle in which beta grows.</summary>
    public double Growth { get; init; } = 0.5;

    /// <inheritdoc/>
    public override double Beta(long step, KlScheduleState state)
    {
        var part = (double)((step - 1) % Period) / Period;
        return part >= Growth ? Weight : Ramp(Floor, part / Growth);
    }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Check.Between(0, Weight, Floor, "objective.kl.floor");
        Check.AtLeast(2, Period, "objective.kl.period");
        Check.Between(0, 1, Growth, "objective.kl.growth");
    }
}
