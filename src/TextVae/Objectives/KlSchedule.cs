using System.Text.Json.Serialization;

namespace TextVae.Objectives;

/// <summary>beta, the weight of the KL term, over the course of training (paper 3.4: KL-term annealing).</summary>
/// <remarks>
/// A schedule is a configuration and never changes. What some of them learn from the run is a
/// <see cref="KlScheduleState"/>, which goes from step to step and into every checkpoint.
/// </remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "schedule")]
[JsonDerivedType(typeof(LinearSchedule), "linear")]
[JsonDerivedType(typeof(ConstantSchedule), "constant")]
[JsonDerivedType(typeof(CyclicalSchedule), "cyclical")]
[JsonDerivedType(typeof(AutoSchedule), "auto")]
[JsonDerivedType(typeof(TargetSchedule), "target")]
public abstract record KlSchedule
{
    /// <summary>
    /// beta when annealing is over: 1 for the ELBO, another for a beta-VAE (Higgins et al. 2017). Annealing to 0 is none.
    /// </summary>
    public double Weight { get; init; } = 1;

    /// <summary>beta at a step, counted from 1.</summary>
    internal abstract double Beta(long step, KlScheduleState state);

    /// <summary>What it knows after a training step.</summary>
    /// <param name="state">What it knew.</param>
    /// <param name="kl">The batch's mean KL in nats per text; it is asked for only if the schedule reads it.</param>
    internal virtual KlScheduleState AfterStep(KlScheduleState state, Func<double> kl) => state;

    /// <summary>What it knows after a validation.</summary>
    /// <param name="state">What it knew.</param>
    /// <param name="step">The step before the validation.</param>
    /// <param name="reconstruction">Nats per text.</param>
    internal virtual KlScheduleState AfterValidation(KlScheduleState state, long step, double reconstruction) => state;

    /// <summary>What it decided with its last validation, in words, or null.</summary>
    internal virtual string? Decision(KlScheduleState before, KlScheduleState after) => null;

    /// <summary>Whether weights of this moment may become the ones to use if their validation bound is the best.</summary>
    /// <param name="beta">beta at the step of the validation.</param>
    /// <param name="kl">The validation's KL in nats per text.</param>
    internal virtual bool IsSettled(double beta, double kl) => beta == Weight;

    /// <summary>Refuses values that make no sense.</summary>
    /// <exception cref="InvalidInputException">Names the key, what was found and what was expected.</exception>
    public virtual void Validate() => Check.Between(0, 1e6, Weight, "objective.kl.weight");

    /// <summary>From the floor to <see cref="Weight"/>, linearly in the share of the way that is done.</summary>
    private protected double Ramp(double floor, double done) =>
        done <= 0 ? floor : done >= 1 ? Weight : floor + (Weight - floor) * done;
}

/// <summary>What a schedule has learnt from the run so far; each schedule uses its own part.</summary>
internal sealed record KlScheduleState
{
    /// <summary><see cref="AutoSchedule"/>: the last step at the floor; null until reconstruction has converged.</summary>
    public long? Start { get; init; }

    /// <summary><see cref="AutoSchedule"/>: the reconstruction that the next validations are compared with, nats per text.</summary>
    public double? Reconstruction { get; init; }

    /// <summary><see cref="AutoSchedule"/>: validations in a row that were no better.</summary>
    public int Stale { get; init; }

    /// <summary><see cref="TargetSchedule"/>: the controller's integral part; null before the first step.</summary>
    public double? Integral { get; init; }

    /// <summary><see cref="TargetSchedule"/>: how far below its target the last batch's KL was, in targets, from -1 to 1.</summary>
    public double Error { get; init; }
}
