namespace TextVae.Objectives;

/// <summary>
/// The paper's heuristic made automatic (3.4): beta stays at its floor until the model, as good as unregularised, has
/// converged, then grows to the weight for a share (at least 20%) of the steps which that took.
/// </summary>
/// <remarks>It has converged when validation reconstruction has not improved by a given share for some validations in a row.</remarks>
public sealed record AutoSchedule : KlSchedule
{
    /// <summary>beta until the model has converged.</summary>
    public double Floor { get; init; } = 0.001;

    /// <summary>Share by which reconstruction must fall to count as better.</summary>
    public double Improvement { get; init; } = 0.02;

    /// <summary>Validations in a row without improvement that mean convergence.</summary>
    public int Patience { get; init; } = 2;

    /// <summary>Steps of annealing as a share of the steps before it (paper: at least 0.2).</summary>
    public double Share { get; init; } = 0.5;

    /// <inheritdoc/>
    internal override double Beta(long step, KlScheduleState state) =>
        state.Start is { } start ? Ramp(Floor, (step - start) / (Share * start)) : Floor;

    /// <inheritdoc/>
    internal override KlScheduleState AfterValidation(KlScheduleState state, long step, double reconstruction)
    {
        if (state.Start is not null)
        {
            return state;
        }
        if (reconstruction < (1 - Improvement) * (state.Reconstruction ?? double.PositiveInfinity))
        {
            return state with { Reconstruction = reconstruction, Stale = 0 };
        }
        var stale = state.Stale + 1;
        return state with { Stale = stale, Start = stale >= Patience ? step : null };
    }

    /// <inheritdoc/>
    internal override string? Decision(KlScheduleState before, KlScheduleState after) =>
        before.Start is null && after.Start is { } start
            ? FormattableString.Invariant($"validation reconstruction has not fallen by {Improvement:P0} from {after.Reconstruction:F2} nats per text for {after.Stale} validations: beta grows from {Floor} to {Weight} between steps {start:N0} and {Math.Ceiling((1 + Share) * start):N0}")
            : null;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Check.Between(0, Weight, Floor, "objective.kl.floor");
        Check.Between(0, 0.5, Improvement, "objective.kl.improvement");
        Check.AtLeast(1, Patience, "objective.kl.patience");
        Check.Between(0.2, 100, Share, "objective.kl.share");
    }
}
