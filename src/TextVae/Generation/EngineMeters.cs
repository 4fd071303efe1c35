using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace TextVae.Generation;

/// <summary>
/// What an engine does, as <c>dotnet-counters</c> and OpenTelemetry read it: the meter <c>TextVae</c>, each figure with the tag
/// <c>textvae.model</c> (docs/formats.md).
/// </summary>
internal sealed class EngineMeters : IDisposable
{
    private const string ModelTag = "textvae.model";

    private static readonly Meter Meter = new("TextVae");
    private static readonly ConcurrentDictionary<EngineMeters, string> Live = [];

    private static readonly Counter<long> GeneratedTexts = Meter.CreateCounter<long>("textvae.texts.generated", "{text}", "Texts that models wrote.");
    private static readonly Counter<long> EncodedTexts = Meter.CreateCounter<long>("textvae.texts.encoded", "{text}", "Texts that were encoded.");
    private static readonly Counter<long> ScoredTexts = Meter.CreateCounter<long>("textvae.texts.scored", "{text}", "Texts that were scored.");
    private static readonly Counter<long> FailedRequests = Meter.CreateCounter<long>("textvae.requests.failed", "{request}", "Requests that failed for no fault of the caller's.");
    private static readonly Histogram<double> StepTime = Meter.CreateHistogram<double>("textvae.decoding.step.duration", "s", "One more token for each text that is decoded.");

    private readonly KeyValuePair<string, object?> _model;
    private long _queueLength, _batchRows;

    static EngineMeters()
    {
        // Observed, not counted, so that a listener that comes late sees what is.
        Meter.CreateObservableUpDownCounter("textvae.queue.length", () => OfEachModel(engine => engine._queueLength), "{request}", "Requests that no engine has taken up yet.");
        Meter.CreateObservableUpDownCounter("textvae.decoding.rows", () => OfEachModel(engine => engine._batchRows), "{row}", "Hypotheses that are decoded side by side.");
    }

    /// <summary>Figures of an engine, until they are disposed of.</summary>
    /// <param name="model">What the tag says.</param>
    public EngineMeters(string model)
    {
        _model = new(ModelTag, model);
        Live[this] = model;
    }

    /// <summary>The model wrote a text.</summary>
    public void Generated() => GeneratedTexts.Add(1, _model);

    /// <summary>Texts were encoded.</summary>
    public void Encoded(int texts) => EncodedTexts.Add(texts, _model);

    /// <summary>Texts were scored.</summary>
    public void Scored(int texts) => ScoredTexts.Add(texts, _model);

    /// <summary>A request failed for no fault of the caller's.</summary>
    public void Failed() => FailedRequests.Add(1, _model);

    /// <summary>How long one more token for each text took.</summary>
    public void Stepped(TimeSpan duration) => StepTime.Record(duration.TotalSeconds, _model);

    /// <summary>Requests came, or were taken up.</summary>
    public void ChangeQueueLength(int by) => Interlocked.Add(ref _queueLength, by);

    /// <summary>Rows of a batch came, or went.</summary>
    public void ChangeBatchRows(int by) => Interlocked.Add(ref _batchRows, by);

    /// <summary>The engine has ended.</summary>
    public void Dispose() => Live.TryRemove(this, out _);

    /// <summary>Engines whose models have one name are one figure.</summary>
    private static IEnumerable<Measurement<long>> OfEachModel(Func<EngineMeters, long> figure) =>
        Live.GroupBy(engine => engine.Value, engine => engine.Key, (model, engines) =>
            new Measurement<long>(engines.Sum(figure), new KeyValuePair<string, object?>(ModelTag, model)));
}
