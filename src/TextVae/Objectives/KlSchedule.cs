using System.Text.Json.Serialization;
using TextVae.Models;

namespace TextVae.Objectives;

/// <summary>beta, the weight of the KL term, over the course of training (paper 3.4: KL-term annealing).</summary>
/// <remarks>
/// A schedule is a configuration and never changes. One that learns from the run has a record of what it has learnt, which
/// goes from step to step and into every checkpoint (<see cref="KlScheduleState"/>). An assembly that has one more
/// schedule derives a record and adds it to <see cref="Kinds"/>.
/// </remarks>
public abstract record KlSchedule
{
    /// <summary>The schedules that recipes can name, by their key <c>schedule</c>.</summary>
    public static PartKinds<KlSchedule> Kinds { get; } = new PartKinds<KlSchedule>("schedule")
        .Add<LinearSchedule>("linear")
        .Add<ConstantSchedule>("constant")
        .Add<CyclicalSchedule>("cyclical")
        .Add<AutoSchedule>("auto")
        .Add<TargetSchedule>("target");

    /// <summary>
    /// beta when annealing is over: 1 for the ELBO, another for a beta-VAE (Higgins et al. 2017). Annealing to 0 is none.
    /// </summary>
    public double Weight { get; init; } = 1;

    /// <summary>Whether beta changes over the course of training, which it cannot where there is no KL term.</summary>
    [JsonIgnore]
    public virtual bool Anneals => true;

    /// <summary>Whether beta follows the KL, to hold it at a number of nats, in place of going to <see cref="Weight"/>.</summary>
    [JsonIgnore]
    public virtual bool ControlsKl => false;

    /// <summary>What to try first against posterior collapse: an override of a recipe with this schedule, or null.</summary>
    [JsonIgnore]
    public virtual string? Advice => null;

    /// <summary>What it knows before the first step. Its type is that of everything the schedule learns.</summary>
    public virtual KlScheduleState Begin() => new();

    /// <summary>beta at a step, counted from 1.</summary>
    /// <param name="step">The step.</param>
    /// <param name="state">What it knows, as <see cref="Begin"/> made it and the steps since changed it.</param>
    public abstract double Beta(long step, KlScheduleState state);

    /// <summary>What it knows after a training step.</summary>
    /// <param name="state">What it knew.</param>
    /// <param name="kl">The batch's mean KL in nats per text; it is asked for only if the schedule reads it.</param>
    public virtual KlScheduleState AfterStep(KlScheduleState state, Func<double> kl) => state;

    /// <summary>What it knows after a validation.</summary>
    /// <param name="state">What it knew.</param>
    /// <param name="step">The step before the validation.</param>
    /// <param name="reconstruction">Nats per text.</param>
    public virtual KlScheduleState AfterValidation(KlScheduleState state, long step, double reconstruction) => state;

    /// <summary>What it decided with its last validation, in words, or null.</summary>
    public virtual string? Decision(KlScheduleState before, KlScheduleState after) => null;

    /// <summary>Whether weights of this moment may become the ones to use if their validation bound is the best.</summary>
    /// <param name="beta">beta at the step of the validation.</param>
    /// <param name="kl">The validation's KL in nats per text.</param>
    public virtual bool IsSettled(double beta, double kl) => beta == Weight;

    /// <summary>Refuses values that make no sense.</summary>
    /// <exception cref="InvalidInputException">Names the key, what was found and what was expected.</exception>
    public virtual void Validate() => Check.Between(0, 1e6, Weight, "objective.kl.weight");

    /// <summary>Refuses a model whose KL term it cannot weigh.</summary>
    /// <exception cref="InvalidInputException">Names the key, what was found and what was expected.</exception>
    public virtual void Validate(ModelConfig model) =>
        Check.That(!Anneals || !model.IsLanguageModel, "objective.kl.schedule", "one that anneals", "'constant', as a language model has no KL term to anneal");

    /// <summary>From the floor to <see cref="Weight"/>, linearly in the share of the way that is done.</summary>
    protected double Ramp(double floor, double done) =>
        done <= 0 ? floor : done >= 1 ? Weight : floor + (Weight - floor) * done;
}

/// <summary>Always the weight: 1 is the plain ELBO, 0 an autoencoder with a stochastic code (paper 4.1).</summary>
public sealed record ConstantSchedule : KlSchedule
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override bool Anneals => false;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string? Advice => Weight > 0 ? "objective.kl.schedule=auto" : null;

    /// <inheritdoc/>
    public override double Beta(long step, KlScheduleState state) => Weight;
}
