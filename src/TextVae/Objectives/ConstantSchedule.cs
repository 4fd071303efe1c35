using System.Text.Json.Serialization;

namespace TextVae.Objectives;

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
