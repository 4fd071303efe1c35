namespace TextVae.Runs;

/// <summary>
/// Aggressive training of the encoder (He et al. 2019, algorithm 1): at the beginning of training the encoder lags behind
/// the decoder, so before each update of the decoder the encoder alone is updated until the objective stops falling.
/// It ends for good when the mutual information on the validation texts stops rising.
/// </summary>
public sealed record AggressiveEncoder
{
    /// <summary>Updates over which the objective is averaged before it is compared.</summary>
    public int Window { get; init; } = 10;

    /// <summary>Most updates of the encoder before one of the decoder.</summary>
    public int MostUpdates { get; init; } = 100;

    /// <summary>Updates the encoder until it no longer helps.</summary>
    /// <param name="update">Updates the encoder with the batch of a number, from 1, and returns its objective.</param>
    /// <param name="step">The training step.</param>
    /// <returns>Updates made.</returns>
    internal int Run(Func<long, double> update, long step)
    {
        var (before, sum) = (double.PositiveInfinity, 0.0);
        for (var updates = 1; updates <= MostUpdates; updates++)
        {
            sum += update((step - 1) * MostUpdates + updates);
            if (updates % Window == 0)
            {
                if (sum >= before)
                {
                    return updates;
                }
                (before, sum) = (sum, 0);
            }
        }
        return MostUpdates;
    }

    /// <summary>Refuses values that make no sense.</summary>
    /// <exception cref="InvalidInputException">Names the key, what was found and what was expected.</exception>
    public void Validate()
    {
        Check.AtLeast(1, Window, "training.aggressive.window");
        Check.AtLeast(Window, MostUpdates, "training.aggressive.mostUpdates");
    }
}
