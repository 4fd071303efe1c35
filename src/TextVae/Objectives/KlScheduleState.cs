using System.Text.Json;
using System.Text.Json.Nodes;

namespace TextVae.Objectives;

/// <summary>
/// What a schedule has learnt from the run so far: here nothing. A schedule that learns derives an immutable record whose
/// properties JSON can hold; they are <c>kl</c> in the <c>state.json</c> of a checkpoint.
/// </summary>
public record KlScheduleState;

/// <summary>A schedule in the course of a run, with what it has learnt.</summary>
internal sealed class KlAnnealing(KlSchedule schedule)
{
    private KlScheduleState _state = schedule.Begin();

    /// <summary>What it has learnt, as a checkpoint holds it.</summary>
    public JsonObject Saved => (JsonObject)JsonSerializer.SerializeToNode(_state, _state.GetType(), Json.Configuration)!;

    /// <summary>beta at a step, counted from 1.</summary>
    public double Beta(long step) => schedule.Beta(step, _state);

    /// <summary>Learns from a training step.</summary>
    /// <param name="kl">The batch's mean KL in nats per text; it is asked for only if the schedule reads it.</param>
    public void AfterStep(Func<double> kl) => _state = schedule.AfterStep(_state, kl);

    /// <summary>Learns from a validation.</summary>
    /// <returns>What it decided, in words, or null.</returns>
    public string? AfterValidation(long step, double reconstruction)
    {
        var before = _state;
        _state = schedule.AfterValidation(before, step, reconstruction);
        return schedule.Decision(before, _state);
    }

    /// <summary>Goes on from what it had learnt.</summary>
    /// <param name="saved">Keys of other schedules, which older checkpoints have too, say nothing.</param>
    /// <exception cref="InvalidInputException">A value cannot be.</exception>
    public void GoOnFrom(JsonObject saved)
    {
        var own = Saved;
        foreach (var (key, _) in own.ToList())
        {
            own[key] = saved.TryGetPropertyValue(key, out var value) ? value?.DeepClone() : own[key]?.DeepClone();
        }
        try
        {
            _state = (KlScheduleState)own.Deserialize(_state.GetType(), Json.Configuration)!;
        }
        catch (JsonException error)
        {
            var fault = JsonFault.Find(JsonSerializer.SerializeToElement(own), _state.GetType()) ?? "found what cannot be read";
            throw new InvalidInputException(InputKind.RunFolder, $"the checkpoint's state.json: kl: {fault}", error);
        }
    }
}
