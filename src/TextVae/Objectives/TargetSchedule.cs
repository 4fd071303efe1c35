using System.Text.Json.Serialization;
using TextVae.Models;

namespace TextVae.Objectives;

/// <summary>
/// A controlled beta that holds the KL term at a given number of nats (ControlVAE, Shao et al. 2020, algorithm 1).
/// </summary>
/// <remarks>
/// With e = 1 - KL / target: beta = K_p / (1 + exp(e)) + I, and I falls by K_i e with each step, within the floor and the
/// weight. ControlVAE's e is in nats; in targets, and not beyond [-1, 1], the same gains serve every target, and the
/// thousands of nats of an untrained hybrid do not wind the integral up.
/// </remarks>
public sealed record TargetSchedule : KlSchedule
{
    /// <summary>The KL to hold, nats per text.</summary>
    public double Nats { get; init; } = 12;

    /// <summary>The least beta.</summary>
    public double Floor { get; init; } = 0.001;

    /// <summary>K_p: how much of beta answers to the last step alone.</summary>
    public double Proportional { get; init; } = 0.01;

    /// <summary>K_i: by how much a step can change beta.</summary>
    public double Integral { get; init; } = 0.002;

    /// <summary>Share of the target by which a validation's KL may miss it and its weights still count as on target.</summary>
    public double Tolerance { get; init; } = 0.1;

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool ControlsKl => true;

    /// <inheritdoc/>
    public override KlScheduleState Begin() => new State();

    /// <inheritdoc/>
    public override double Beta(long step, KlScheduleState state)
    {
        var known = (State)state;
        return Math.Clamp(Proportional / (1 + Math.Exp(known.Error)) + (known.Integral ?? Floor), Floor, Weight);
    }

    /// <inheritdoc/>
    public override KlScheduleState AfterStep(KlScheduleState state, Func<double> kl)
    {
        var error = Math.Clamp(1 - kl() / Nats, -1, 1);
        return new State { Error = error, Integral = Math.Clamp((((State)state).Integral ?? Floor) - Integral * error, Floor, Weight) };
    }

    /// <summary>Whether a KL, nats per text, is what the schedule holds it at.</summary>
    internal bool IsOnTarget(double kl) => Math.Abs(kl - Nats) <= Tolerance * Nats;

    /// <inheritdoc/>
    public override bool IsSettled(double beta, double kl) => IsOnTarget(kl) || beta == Weight && kl > Nats; // the texts need more than that

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Check.Positive(Nats, "objective.kl.nats");
        Check.Between(0, Weight, Floor, "objective.kl.floor");
        Check.Between(0, 1, Proportional, "objective.kl.proportional");
        Check.Positive(Integral, "objective.kl.integral");
        Check.Between(0, 1, Tolerance, "objective.kl.tolerance");
    }

    /// <inheritdoc/>
    public override void Validate(ModelConfig model)
    {
        base.Validate(model);
        Check.That(Nats > model.LeastKl, "objective.kl.nats", Nats, $"more than {model.LeastKl:0.###}, which model.meanScale makes every posterior cost at least");
    }

    private sealed record State : KlScheduleState
    {
        /// <summary>The controller's integral part; null before the first step.</summary>
        public double? Integral { get; init; }

        /// <summary>How far below its target the last batch's KL was, in targets, from -1 to 1.</summary>
        public double Error { get; init; }
    }
}
