namespace TextVae.Objectives;

/// <summary>
/// Cyclical annealing (Fu et al. 2019): in each cycle beta grows linearly from the floor to 1, then stays there until the
/// next begins.
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
    public override double FullWeight => 1;

    /// <inheritdoc/>
    public override double Weight(long step)
    {
        var part = (double)((step - 1) % Period) / Period;
        return part >= Growth ? FullWeight : Floor + (FullWeight - Floor) * part / Growth;
    }

    /// <inheritdoc/>
    public override void Validate()
    {
        Check.Between(0, 1, Floor, "objective.kl.floor");
        Check.AtLeast(2, Period, "objective.kl.period");
        Check.Between(0, 1, Growth, "objective.kl.growth");
    }
}
