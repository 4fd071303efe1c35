using System.Diagnostics.Metrics;
using TextVae.Data;
using TextVae.Generation;
using TextVae.Models;
using static TorchSharp.torch;

namespace TextVae.Tests.Generation;

public class InferenceEngineTests
{
    private const int Length = 16;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static InferenceEngine Start(int capacity = 64, string kind = "hybrid") => InferenceEngine.Start(() =>
    {
        var model = TinyWriters.Model(kind, length: Length);
        model.eval();
        return new LoadedModel(new SavedModel(model, TinyWriters.Tokenizer, new ModelFile { Data = new DataConfig { Length = Length } }), CPU);
    }, capacity);

    private static IAsyncEnumerable<GeneratedText> Sample(InferenceEngine engine, int count, SamplingOptions options, CancellationToken cancellationToken = default)
    {
        var generator = new TextGenerator(engine.Saved.Model, engine.Saved.Tokenizer, CPU);
        return engine.DecodeAsync(generator.Plan(options, CancellationToken.None), count, (first, some) => generator.Prior(some, options.Seed, first), 0, cancellationToken);
    }

    private static IReadOnlyList<TextRow> Rows(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => new TextRow(Enumerable.Range(0, Length).Select(_ => random.Next(3, 5)).ToArray(), Length, null))];
    }

    [Fact]
    public async Task All_work_is_done_on_one_thread_that_is_not_the_caller_s()
    {
        using var engine = Start();
        var threads = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => engine.RunAsync(() => Environment.CurrentManagedThreadId)));
        Assert.Single(threads.Distinct());
        Assert.DoesNotContain(Environment.CurrentManagedThreadId, threads);
    }

    [Fact]
    public async Task Work_may_ask_for_any_work_and_waits_for_nobody()
    {
        using var engine = Start();
        var expected = Sample(engine, 300, new SamplingOptions()).ToBlockingEnumerable().ToList();
        var (texts, means, costs) = await engine.RunAsync(() => (
            Sample(engine, 300, new SamplingOptions()).ToBlockingEnumerable().ToList(),
            engine.EncodeAsync(Rows(3, 1)).GetAwaiter().GetResult(),
            engine.ScoreAsync(Rows(3, 1), new ScoringWay(0, false, LatentPrior.Standard)).GetAwaiter().GetResult()));
        Assert.Equal(expected.Select(text => text.Text), texts.Select(text => text.Text));
        Assert.Equal((3, 3), (means.Count, costs.Count));
    }

    [Fact]
    public async Task What_work_throws_is_thrown_to_who_asked_and_to_nobody_else()
    {
        using var engine = Start();
        using var held = new Held(engine);
        var (failing, working) = (engine.RunAsync<int>(() => throw new InvalidInputException(InputKind.Data, "no")), engine.RunAsync(() => 3));
        var tooShort = engine.EncodeAsync([new TextRow(new int[3], 3, null)]);
        held.Dispose();
        Assert.Equal("no", (await Assert.ThrowsAsync<InvalidInputException>(() => failing)).Message);
        Assert.Equal(3, await working);
        await Assert.ThrowsAnyAsync<Exception>(() => tooShort);
        Assert.Equal(2, (await engine.EncodeAsync(Rows(2, 1))).Count);
    }

    [Fact]
    public void What_loading_throws_comes_out()
    {
        var error = Assert.Throws<InvalidInputException>(() => InferenceEngine.Start(() => throw new InvalidInputException(InputKind.RunFolder, "no model"), 4));
        Assert.Equal("no model", error.Message);
    }

    [Fact]
    public async Task Callers_at_once_get_what_each_gets_alone()
    {
        using var engine = Start();
        SamplingOptions[] ways = [.. Enumerable.Range(0, 12).Select(seed => seed % 3 == 0 ? new SamplingOptions { NumBeams = 4, Seed = seed } : new SamplingOptions { Temperature = 1, Seed = seed })];
        var alone = ways.Select(options => Sample(engine, 40, options).ToBlockingEnumerable().Select(text => text.Text).ToList()).ToList();
        var together = await Task.WhenAll(ways.Select(options => Task.Run(async () =>
        {
            var texts = new List<string>();
            await foreach (var text in Sample(engine, 40, options))
            {
                texts.Add(text.Text);
            }
            return texts;
        })));
        Assert.Equal(alone, together);
    }

    [Fact]
    public async Task Texts_of_several_callers_are_encoded_and_scored_together_and_each_gets_his_own()
    {
        using var engine = Start();
        var alone = new List<(IReadOnlyList<EncodedMeans> Encoded, double[] Bounds)>();
        for (var caller = 0; caller < 6; caller++)
        {
            alone.Add((await engine.EncodeAsync(Rows(caller + 1, caller)), [.. (await engine.ScoreAsync(Rows(caller + 1, caller), new ScoringWay(0, caller % 2 == 0, LatentPrior.Standard))).Select(cost => cost.Bound)]));
        }
        using var meters = new Meters();
        using var held = new Held(engine);
        var encoded = Enumerable.Range(0, 6).Select(caller => engine.EncodeAsync(Rows(caller + 1, caller))).ToList();
        var scored = Enumerable.Range(0, 6).Select(caller => engine.ScoreAsync(Rows(caller + 1, caller), new ScoringWay(0, caller % 2 == 0, LatentPrior.Standard))).ToList();
        held.Dispose();
        for (var caller = 0; caller < 6; caller++)
        {
            Assert.All(alone[caller].Encoded.Zip(await encoded[caller]), pair => Assert.All(pair.First.Mean.Concat(pair.First.StandardDeviation).Zip(pair.Second.Mean.Concat(pair.Second.StandardDeviation)), value => Assert.Equal(1, value.Second / value.First, 1e-3f)));
            var costs = await scored[caller];
            Assert.All(alone[caller].Bounds.Zip(costs), pair => Assert.Equal(1, pair.Second.Bound / pair.First, 1e-3));
            Assert.All(costs, cost => Assert.Equal(caller % 2 == 0, cost.Tokens is not null));
        }
        Assert.Equal([21], meters.Of("textvae.texts.encoded"));
        Assert.Equal([9, 12], meters.Of("textvae.texts.scored").Order());
    }

    [Fact]
    public async Task A_long_sample_delays_an_encoding_by_no_more_than_a_step_and_ends_where_it_is_left()
    {
        using var engine = Start();
        using var meters = new Meters();
        await using (var texts = Sample(engine, int.MaxValue, new SamplingOptions { Temperature = 1 }).GetAsyncEnumerator())
        {
            Assert.True(await texts.MoveNextAsync());
            Assert.Equal(2, (await engine.EncodeAsync(Rows(2, 1))).Count);
            Assert.True(await texts.MoveNextAsync());
        }
        await engine.RunAsync(() => 0); // this turn's step, or the one before, has let go of the texts
        await engine.RunAsync(() => 0);
        Assert.Equal(0, meters.Rows());
    }

    [Fact]
    public async Task A_cancelled_caller_stops_waiting_at_once_and_what_has_not_begun_is_not_done()
    {
        using var engine = Start();
        using var held = new Held(engine);
        using var stop = new CancellationTokenSource();
        var done = false;
        Task[] waiting =
        [
            engine.RunAsync(() => done = true, stop.Token), engine.EncodeAsync(Rows(1, 1), stop.Token), engine.ScoreAsync(Rows(1, 1), new ScoringWay(0, false, LatentPrior.Standard), cancellationToken: stop.Token),
            Task.Run(async () => { await foreach (var _ in Sample(engine, 5, new SamplingOptions(), stop.Token)) { } }),
        ];
        Assert.All(waiting, task => Assert.False(task.IsCompleted)); // asking holds no thread of ours
        await stop.CancelAsync();
        foreach (var task in waiting)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task.WaitAsync(Patience));
        }
        held.Dispose();
        Assert.Equal(3, await engine.RunAsync(() => 3));
        Assert.False(done);
    }

    [Fact]
    public async Task Where_the_queue_is_full_callers_wait_for_a_place_without_holding_a_thread()
    {
        using var engine = Start(capacity: 2);
        using var held = new Held(engine);
        var works = Enumerable.Range(0, 100).Select(number => engine.RunAsync(() => number)).ToList();
        var encoded = Enumerable.Range(0, 20).Select(seed => engine.EncodeAsync(Rows(1, seed))).ToList();
        held.Dispose();
        Assert.Equal(Enumerable.Range(0, 100), await Task.WhenAll(works).WaitAsync(Patience));
        Assert.Equal(20, (await Task.WhenAll(encoded).WaitAsync(Patience)).Length);
    }

    [Fact]
    public async Task Disposing_ends_all_callers_of_all_threads_and_frees_every_tensor()
    {
        await EndUnderLoad(); // what is made once and for all is made
        var before = Tensor.TotalCount;
        Start().Dispose();
        var idle = Tensor.TotalCount - before; // TorchSharp counts some tensors of a model as living that it has made parameters of
        await EndUnderLoad();
        Assert.InRange(Tensor.TotalCount, 0, before + 2 * idle); // fewer where the garbage collector has been
    }

    private static async Task EndUnderLoad()
    {
        var engine = Start(capacity: 4);
        using var started = new CountdownEvent(8);
        var callers = Enumerable.Range(0, 8).Select(caller => Task.Factory.StartNew(() =>
        {
            for (var time = 0; ; time++)
            {
                switch (caller % 4)
                {
                    case 0: _ = Sample(engine, 2000, new SamplingOptions { Temperature = 1, Seed = caller }).ToBlockingEnumerable().Count(); break;
                    case 1: engine.EncodeAsync(Rows(300, time)).GetAwaiter().GetResult(); break;
                    case 2: engine.ScoreAsync(Rows(30, time), new ScoringWay(2, true, LatentPrior.Standard)).GetAwaiter().GetResult(); break;
                    default: _ = Sample(engine, 20, new SamplingOptions { NumBeams = 3 }).ToBlockingEnumerable().First(); break;
                }
                if (time == 0)
                {
                    started.Signal();
                }
            }
        }, TaskCreationOptions.LongRunning)).ToList();
        Assert.True(started.Wait(Patience));
        engine.Dispose();
        engine.Dispose();
        foreach (var caller in callers)
        {
            await Assert.ThrowsAsync<ObjectDisposedException>(() => caller.WaitAsync(Patience));
        }
        await Assert.ThrowsAsync<ObjectDisposedException>(() => engine.RunAsync(() => 3));
    }

    /// <summary>What the engine's meters say.</summary>
    private sealed class Meters : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly List<(string Name, long Value)> _values = [];

        public Meters()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "TextVae")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
            {
                lock (_values)
                {
                    _values.Add((instrument.Name, value));
                }
            });
            _listener.Start();
        }

        public List<long> Of(string name)
        {
            lock (_values)
            {
                return [.. _values.Where(value => value.Name == name).Select(value => value.Value)];
            }
        }

        public long Rows()
        {
            _listener.RecordObservableInstruments();
            return Of("textvae.decoding.rows")[^1];
        }

        public void Dispose() => _listener.Dispose();
    }

    /// <summary>Keeps the engine's thread busy, from when it is there to its disposal.</summary>
    private sealed class Held : IDisposable
    {
        private readonly ManualResetEventSlim _end = new();

        public Held(InferenceEngine engine)
        {
            using var begun = new ManualResetEventSlim();
            _ = engine.RunAsync(() =>
            {
                begun.Set();
                return _end.Wait(Patience);
            });
            Assert.True(begun.Wait(Patience));
        }

        public void Dispose() => _end.Set();
    }
}
