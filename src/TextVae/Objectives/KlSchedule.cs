using System.Text.Json.Serialization;

namespace TextVae.Objectives;

/// <summary>beta, the weight of the KL term, as a function of the step (paper 3.4: KL-term annealing).</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "schedule")]
[JsonDerivedType(typeof(LinearSchedule), "linear")]
[JsonDerivedType(typeof(ConstantSchedule), "constant")]
[JsonDerivedType(typeof(CyclicalSchedule), "cyclical")]
public abstract record KlSchedule
{
    /// <summary>beta at a step, counted from 1.</summary>
    public abstract double Weight(long step);

    /// <summary>The weight at the end of annealing; a bound measured at it counts as the model's.</summary>
    [JsonIgnore]
    public abstract double FullWeight { get; }

    /// <summary>Refuses values that make no sense.</summary>
    /// <exception cref="InvalidInputException">Names the key, what was found and what was expected.</exception>
    public abstract void Validate();
}

/// <summary>From a floor to 1, linearly between two steps (paper 3.4; released settings: 0.001, 1,000 to 8,000).</summary>
public sealed record LinearSchedule : KlSchedule
{
    /// <summary>beta until <see cref="Start"/>.</summary>
    public double Floor { get; init; } = 0.001;

    /// <summary>The last step at the floor.</summary>
    public long Start { get; init; } = 1_000;

    /// <summary>The first step at 1.</summary>
    public long End { get; init; } = 8_000;

    /// <inheritdoc/>
    public override double FullWeight => 1;

    /// <inheritdoc/>
    public override double Weight(long step) =>
        step <= Start ? Floor
        : step >= End ? FullWeight
        : Floor + (FullWeight - Floor) * (step - Start) / (End - Start);

    /// <inheritdoc/>
    public override void Validate()
    {
        Check.Between(0, 1, Floor, "objective.kl.floor");
        Check.AtLeast(0, Start, "objective.kl.start");
        Check.That(End > Start, "objective.kl.end", End, $"more than objective.kl.start, {Start}");
    }
}

/// <summary>Always the same weight: 1 is the plain ELBO, 0 an autoencoder with a stochastic code (paper 4.1).</summary>
public sealed record ConstantSchedule : KlSchedule
{
    /// <summary>beta.</summary>
    [JsonPropertyName("weight")]
    public double Value { get; init; } = 1;

    /// <inheritdoc/>
    public override double FullWeight => Value;

    /// <inheritdoc/>
    public override double Weight(long step) => Value;

    /// <inheritdoc/>
    public override void Validate() => Check.Between(0, 1e6, Value, "objective.kl.weight");
}
