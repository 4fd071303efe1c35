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
    public override KlScheduleState Begin() => new State();

    /// <inheritdoc/>
    public override double Beta(long step, KlScheduleState state) =>
        ((State)state).Start is { } start ? Ramp(Floor, (step - start) / (Share * start)) : Floor;

    /// <inheritdoc/>
    public override KlScheduleState AfterValidation(KlScheduleState state, long step, double reconstruction)
    {
        var known = (State)state;
        if (known.Start is not null)
        {
            return known;
        }
        if (reconstruction < (1 - Improvement) * (known.Reconstruction ?? double.PositiveInfinity))
        {
            return known with { Reconstruction = reconstruction, Stale = 0 };
        }
        var stale = known.Stale + 1;
        return known with { Stale = stale, Start = stale >= Patience ? step : null };
    }

    /// <inheritdoc/>
    public override string? Decision(KlScheduleState before, KlScheduleState after) =>
        before is State { Start: null } && after is State { Start: { } start } known
            ? FormattableString.Invariant($"validation reconstruction has not fallen by {Improvement:P0} from {known.Reconstruction:F2} nats per text for {known.Stale} validations: beta grows from {Floor} to {Weight} between steps {start:N0} and {Math.Ceiling((1 + Share) * start):N0}")
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

    private sealed record State : KlScheduleState
    {
        /// <summary>The last step at the floor; null until reconstruction has converged.</summary>
        public long? Start { get; init; }

        /// <summary>The reconstruction that the next validations are compared with, nats per text.</summary>
        public double? Reconstruction { get; init; }

        /// <summary>Validations in a row that were no better.</summary>
        public int Stale { get; init; }
    }
}
