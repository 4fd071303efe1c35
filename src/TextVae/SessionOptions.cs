using Microsoft.Extensions.Logging;
using TextVae.Platform;

namespace TextVae;

/// <summary>Where and how a <see cref="TextVaeSession"/> computes.</summary>
public sealed record SessionOptions
{
    /// <summary>Where to compute: <c>cpu</c> or <c>cuda</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Threads of the computation, at most 1,024; 0 is one for each core.</summary>
    public int Threads { get; init; }

    /// <summary>The arithmetic.</summary>
    public Precision Precision { get; init; }

    /// <summary>How many requests wait for the model before callers wait to place theirs.</summary>
    public int QueueCapacity { get; init; } = 1024;

    /// <summary>What the session, its log and its meters call the model; null: as its run folder or its archive is called.</summary>
    public string? Name { get; init; }

    /// <summary>Where the texts are now that the model learned from, for what needs them; null: where its run folder says.</summary>
    public TrainingTexts? TrainingTexts { get; init; }

    /// <summary>Told that the model was loaded and freed, and of requests that fail for no fault of the caller's.</summary>
    public ILogger? Logger { get; init; }

    /// <summary>Refuses values that make no sense.</summary>
    /// <exception cref="InvalidInputException">Names the value, what was found and what was expected.</exception>
    public void Validate()
    {
        Check.That(Device is "cpu" or "cuda", "device", Device, "cpu or cuda");
        Check.Within(0, Devices.MostThreads, Threads, "threads");
        Check.AtLeast(1, QueueCapacity, "the queue's capacity");
    }
}
