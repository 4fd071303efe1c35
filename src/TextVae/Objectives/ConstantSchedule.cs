namespace TextVae.Objectives;

/// <summary>Always the weight: 1 is the plain ELBO, 0 an autoencoder with a stochastic code (paper 4.1).</summary>
public sealed record ConstantSchedule : KlSchedule
{
    /// <inheritdoc/>
    internal override double Beta(long step, KlScheduleState state) => Weight;
}
