using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using TextVae.Generation;

namespace TextVae.Tests;

/// <summary>What a session says in a log and to meters.</summary>
public sealed class TextVaeSessionTelemetryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TextVaeSessionTelemetryTests() => TinySession.Train(_folder).Dispose();

    public void Dispose() => _folder.Dispose();

    private TextVaeSession Load(string name, ILogger? logger = null) =>
        TextVaeSession.Load(_folder["run"], new SessionOptions { Name = name, Logger = logger });

    [Fact]
    public async Task Each_figure_of_the_meter_names_its_model()
    {
        using var meter = new Listener();
        using (var one = Load("one"))
        using (var other = Load("other"))
        using (var again = Load("other"))
        {
            Assert.Equal(3, one.Sample(3).Count());
            Assert.Equal(2, other.Encode(["text 1 ab", "text 2 ab"]).Count());
            _ = again.Encode("text 3 ab");
            _ = other.Score("text 1 ab");

            await using var writing = other.GenerateAsync(10_000).GetAsyncEnumerator(); // waits for its reader after some hundred texts
            Assert.True(await writing.MoveNextAsync());
            meter.Observe();
            Assert.Equal(0, meter["textvae.decoding.rows", "one"]);
            Assert.Equal(0, meter["textvae.queue.length", "one"]);
            Assert.True(meter.Has("textvae.decoding.rows", "other"));
        }
        Assert.Equal(3, meter["textvae.texts.generated", "one"]);
        Assert.Equal(3, meter["textvae.texts.encoded", "other"]);
        Assert.Equal(1, meter["textvae.texts.scored", "other"]);
        Assert.True(meter["textvae.decoding.step.duration", "one"] > 0);
        Assert.False(meter.Has("textvae.texts.encoded", "one"));
        meter.Forget();
        meter.Observe();
        Assert.False(meter.Has("textvae.queue.length", "one")); // a session that has ended has no queue
    }

    [Fact]
    public async Task A_request_that_fails_is_logged_and_counted_unless_the_caller_is_to_blame()
    {
        using var log = new TestLog();
        using var meter = new Listener();
        using (var engine = InferenceEngine.Start(() => TinyModel(), 4, "tiny", log))
        {
            await Assert.ThrowsAsync<InvalidInputException>(() => engine.RunAsync<int>(() => throw new InvalidInputException(InputKind.Data, "not ours")));
            Assert.Empty(log.Lines);
            await Assert.ThrowsAsync<ArithmeticException>(() => engine.RunAsync<int>(() => throw new ArithmeticException("ours")));
            await Assert.ThrowsAsync<ArithmeticException>(() => engine.DecodeAsync(
                new TextGenerator(engine.Saved.Model, engine.Saved.Tokenizer, engine.Device).Plan(new SamplingOptions()), 1, (_, _) => throw new ArithmeticException("of texts")).ToListAsync().AsTask());
        }
        Assert.All(log.Lines, line => Assert.Equal((LogLevel.Error, "A request of model tiny failed for no fault of the caller's"), (line.Level, line.Text)));
        Assert.Equal(["ours", "of texts"], log.Lines.Select(line => line.Failure!.Message));
        Assert.Equal(2, meter["textvae.requests.failed", "tiny"]);
    }

    [Fact]
    public void Training_is_told_to_a_log()
    {
        using var log = new TestLog();
        TextVaeTraining.Run(_folder["logged"], Tiny.Recipe, TrainingTexts.Files(_folder["texts.txt"]), new TrainingOptions { Observers = [new LoggingObserver(log)] });
        Assert.StartsWith($"Training into {_folder["logged"]} after step 0 of 12: ", log.Texts.First(), StringComparison.Ordinal);
        Assert.Equal(4, log.Texts.Count(text => text.StartsWith("Step ", StringComparison.Ordinal) && text.Contains("bits/char", StringComparison.Ordinal)));
        Assert.Equal(3, log.Texts.Count(text => text.StartsWith("Validation at step ", StringComparison.Ordinal)));
        Assert.Contains("Checkpoint at step 5", log.Texts);
        Assert.Throws<ArgumentNullException>(() => new LoggingObserver(null!));
    }

    private LoadedModel TinyModel() => new(TextVae.Models.SavedModel.Load(_folder["run"]), TorchSharp.torch.CPU);

    /// <summary>Sums of what the meter says, by instrument and model; of what is observed the last.</summary>
    private sealed class Listener : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly ConcurrentDictionary<(string, string), double> _figures = [];

        public Listener()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "TextVae")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.Start();
        }

        public double this[string instrument, string model] => _figures[(instrument, model)];

        public bool Has(string instrument, string model) => _figures.ContainsKey((instrument, model));

        public void Observe() => _listener.RecordObservableInstruments();

        public void Forget() => _figures.Clear();

        public void Dispose() => _listener.Dispose();

        private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var tag = Assert.Single(tags.ToArray());
            Assert.Equal("textvae.model", tag.Key);
            _figures.AddOrUpdate((instrument.Name, (string)tag.Value!), value, (_, before) => instrument.IsObservable ? value : before + value);
        }
    }
}
