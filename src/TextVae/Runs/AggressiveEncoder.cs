using System.Text.Json.Serialization;

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

    /// <summary>Updates the encoder until it no longer helps, or at least once until it is to stop.</summary>
    /// <param name="update">Updates the encoder with the batch of a number, from 1, and returns its objective.</param>
    /// <param name="step">The training step.</param>
    /// <param name="before">The updates of this step that have been made, if it was stopped during them.</param>
    /// <param name="stop">Stops between two updates.</param>
    /// <returns>The updates made; they are over unless it was stopped.</returns>
    internal AggressiveUpdates Run(Func<long, double> update, long step, AggressiveUpdates? before = null, CancellationToken stop = default)
    {
        var updates = before ?? new AggressiveUpdates();
        do
        {
            updates = After(updates, update((step - 1) * MostUpdates + updates.Count + 1));
        }
        while (!updates.AreOver && !stop.IsCancellationRequested);
        return updates;
    }

    private AggressiveUpdates After(AggressiveUpdates updates, double objective)
    {
        var (count, sum) = (updates.Count + 1, updates.Sum + objective);
        return count % Window == 0
            ? new AggressiveUpdates { Count = count, LastWindow = sum, AreOver = sum >= updates.LastWindow || count >= MostUpdates }
            : updates with { Count = count, Sum = sum, AreOver = count >= MostUpdates };
    }

    /// <summary>Refuses values that make no sense.</summary>
    /// <exception cref="InvalidInputException">Names the key, what was found and what was expected.</exception>
    public void Validate()
    {
        Check.AtLeast(1, Window, "training.aggressive.window");
        Check.AtLeast(Window, MostUpdates, "training.aggressive.mostUpdates");
    }
}

/// <summary>The encoder's updates before one of the decoder.</summary>
[JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
internal sealed record AggressiveUpdates
{
    /// <summary>How many have been made.</summary>
    public int Count { get; init; }

    /// <summary>The sum of the objectives in the last whole window.</summary>
    public double LastWindow { get; init; } = double.PositiveInfinity;

    /// <summary>The sum of the objectives since.</summary>
    public double Sum { get; init; }

    /// <summary>Whether no more are to be made.</summary>
    [JsonIgnore]
    public bool AreOver { get; init; }
}
