using System.Diagnostics.Metrics;

namespace TextVae.Generation;

/// <summary>What all engines of this process do, as <c>dotnet-counters</c> and OpenTelemetry read it: the meter <c>TextVae</c>.</summary>
internal static class EngineMeters
{
    private static readonly Meter Meter = new("TextVae");
    private static long queueLength, batchRows;

    static EngineMeters()
    {
        Meter.CreateObservableUpDownCounter("textvae.queue.length", () => Volatile.Read(ref queueLength), "{request}", "Requests that no engine has taken up yet.");
        Meter.CreateObservableUpDownCounter("textvae.decoding.rows", () => Volatile.Read(ref batchRows), "{row}", "Hypotheses that are decoded side by side.");
    }

    /// <summary>Texts that models wrote.</summary>
    public static Counter<long> Generated { get; } = Meter.CreateCounter<long>("textvae.texts.generated", "{text}", "Texts that models wrote.");

    /// <summary>Texts that were encoded.</summary>
    public static Counter<long> Encoded { get; } = Meter.CreateCounter<long>("textvae.texts.encoded", "{text}", "Texts that were encoded.");

    /// <summary>Texts that were scored.</summary>
    public static Counter<long> Scored { get; } = Meter.CreateCounter<long>("textvae.texts.scored", "{text}", "Texts that were scored.");

    /// <summary>How long one more token for each text takes.</summary>
    public static Histogram<double> StepTime { get; } = Meter.CreateHistogram<double>("textvae.decoding.step.duration", "s", "One more token for each text that is decoded.");

    /// <summary>Requests came, or were taken up.</summary>
    public static void ChangeQueueLength(int by) => Interlocked.Add(ref queueLength, by);

    /// <summary>Rows of a batch came, or went.</summary>
    public static void ChangeBatchRows(int by) => Interlocked.Add(ref batchRows, by);
}
