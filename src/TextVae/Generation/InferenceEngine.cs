using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TextVae.Data;
using TextVae.Kernels;
using TextVae.Models;
using TextVae.Objectives;
using TextVae.Scoring;
using static TorchSharp.torch;

namespace TextVae.Generation;

/// <summary>A model, and where it is.</summary>
internal sealed record LoadedModel(SavedModel Saved, Device Device);

/// <summary>The posterior of a text: mean and standard deviation of each dimension, [latent].</summary>
internal sealed record EncodedMeans(float[] Mean, float[] StandardDeviation);

/// <summary>
/// A model at work for any number of callers at once. One thread owns the model and all its tensors, and so one team of OpenMP
/// threads computes for all. It takes up what waits: a batch of texts to encode, a batch to score, other work, then one more
/// token for each text that is decoded, and again. So no caller waits for another's end.
/// </summary>
internal sealed class InferenceEngine : IDisposable
{
    private const int PositionsAtOnce = 1 << 14; // that pass the decoder together when texts are scored: of an LSTM with H = 1,000 0.3 GB of gates

    private readonly Channel<Arrival> _arrivals;
    private readonly int _capacity;
    private readonly string _name;
    private readonly ILogger _logger;
    private readonly EngineMeters _meters;
    private readonly Thread _thread;
    private readonly Queue<Arrival> _otherWork = [];
    private readonly CoalescingLane<TextRow, EncodedMeans, bool> _encoding;
    private CoalescingLane<TextRow, TextCost, ScoringWay>? _scoring;
    private PreparedModel? _prepared;
    private DecodingBatch? _batch;
    private DecodingQueue? _decoding;
    private LoadedModel? _loaded;
    private volatile bool _isEnding;

    private InferenceEngine(Func<LoadedModel> load, int capacity, string name, ILogger logger, TaskCompletionSource loaded)
    {
        (_capacity, _name, _logger, _meters) = (capacity, name, logger, new EngineMeters(name));
        _arrivals = Channel.CreateBounded<Arrival>(new BoundedChannelOptions(capacity) { SingleReader = true });
        _encoding = new(TextGenerator.BatchSize, (rows, _) => Encode(rows));
        _thread = new Thread(() => Work(load, loaded)) { IsBackground = true, Name = "TextVae" };
        _thread.Start();
    }

    /// <summary>The model: to look at, as computing with it is for this thread alone.</summary>
    public SavedModel Saved => _loaded!.Saved;

    /// <summary>Where the model is.</summary>
    public Device Device => _loaded!.Device;

    private bool IsOnThread => Thread.CurrentThread == _thread;

    private IEnumerable<Tensor> Weights => Saved.Model.parameters().Concat(Saved.Model.buffers());

    private int TextsAtOnce => int.Max(1, PositionsAtOnce / Saved.Model.Shape.Length);

    /// <summary>Begins.</summary>
    /// <param name="load">Gives the model, which is from then on the engine's, ready to use; called on the engine's thread. What it throws comes out here.</param>
    /// <param name="capacity">How many requests wait before callers wait to place theirs.</param>
    /// <param name="name">What the log and the meters call the model.</param>
    /// <param name="logger">Told of requests that fail for no fault of the caller's.</param>
    public static InferenceEngine Start(Func<LoadedModel> load, int capacity, string name = "model", ILogger? logger = null)
    {
        ThreadTeam.EndTeamOfCaller();
        var loaded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var engine = new InferenceEngine(load, capacity, name, logger ?? NullLogger.Instance, loaded);
        loaded.Task.GetAwaiter().GetResult();
        return engine;
    }

    /// <summary>Anything else, on the engine's thread and in a scope: it returns no tensors.</summary>
    /// <param name="work">The work.</param>
    /// <param name="cancellation">Ends the waiting at once, and work that has not begun is not done.</param>
    /// <exception cref="ObjectDisposedException">The engine has ended.</exception>
    public async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellation = default)
    {
        if (IsOnThread)
        {
            return InScope(work);
        }
        var result = new PendingResult<T>(cancellation) { Failed = Report };
        var arrival = new Arrival(() => Do(work, result), result.Fail);
        await SendAsync(arrival with { Enter = () => _otherWork.Enqueue(arrival) }, cancellation).ConfigureAwait(false);
        return await result.Task.ConfigureAwait(false);
    }

    /// <summary>Texts of latent vectors, in their order, as they are made. An enumeration that is left ends their making.</summary>
    /// <param name="plan">How; from now on the engine's alone.</param>
    /// <param name="count">How many.</param>
    /// <param name="latent">The first one that is asked for and how many to their latent vectors, [texts, latent]; called on the engine's thread.</param>
    /// <param name="firstText">Which text the first one is among all that are made with one seed.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ObjectDisposedException">The engine has ended.</exception>
    public async IAsyncEnumerable<GeneratedText> DecodeAsync(
        DecodingPlan plan, int count, Func<int, int, Tensor> latent, long firstText = 0, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        if (count <= 0)
        {
            yield break;
        }
        var request = new DecodingRequest(plan, count, latent, firstText) { CanGoOn = Wake, Failed = Report };
        if (IsOnThread)
        {
            using var batch = new DecodingBatch(Saved.Model, Prepared(), Device);
            foreach (var text in new DecodingQueue(batch).Run(request))
            {
                yield return Generated(text);
            }
            yield break;
        }
        await SendAsync(new Arrival(() => Decoding().Add(request), request.Fail), cancellation).ConfigureAwait(false);
        try
        {
            while (await request.WaitAsync(cancellation).ConfigureAwait(false))
            {
                while (request.TryRead(out var text))
                {
                    yield return Generated(text!);
                    cancellation.ThrowIfCancellationRequested();
                }
            }
        }
        finally
        {
            request.Leave();
            Wake();
        }
    }

    /// <summary>The posteriors of texts, in their order; those of several callers are computed together.</summary>
    /// <param name="rows">The texts.</param>
    /// <param name="cancellation">Ends the waiting at once, and what has not begun is not computed.</param>
    /// <exception cref="ObjectDisposedException">The engine has ended.</exception>
    public async Task<IReadOnlyList<EncodedMeans>> EncodeAsync(IReadOnlyList<TextRow> rows, CancellationToken cancellation = default)
    {
        if (IsOnThread)
        {
            return InScope(() => Encode(rows));
        }
        var parts = rows.Chunk(TextGenerator.BatchSize).Select(part =>
            ComputeAsync<EncodedMeans>(result => _encoding.Add(part, true, result), cancellation));
        return [.. (await Task.WhenAll(parts).ConfigureAwait(false)).SelectMany(part => part)];
    }

    /// <summary>What texts cost, in their order; those of several callers that are scored in the same way are computed together.</summary>
    /// <param name="rows">The texts.</param>
    /// <param name="importanceSamples">As in <see cref="TextScorer.Score"/>.</param>
    /// <param name="perToken">Whether to give the cost of each token.</param>
    /// <param name="cancellation">Ends the waiting at once, and what has not begun is not computed.</param>
    /// <exception cref="ObjectDisposedException">The engine has ended.</exception>
    public async Task<IReadOnlyList<TextCost>> ScoreAsync(
        IReadOnlyList<TextRow> rows, int importanceSamples, bool perToken, CancellationToken cancellation = default)
    {
        var way = new ScoringWay(importanceSamples, perToken);
        if (IsOnThread)
        {
            return InScope(() => Score(rows, way));
        }
        // Texts of about the same length come together, so that little of a batch is padding.
        int[] order = [.. Enumerable.Range(0, rows.Count).OrderBy(row => ScoredPositions(rows[row]))];
        var parts = await Task.WhenAll(order.Chunk(TextsAtOnce).Select(part => ComputeAsync<TextCost>(
            result => (_scoring ??= new(TextsAtOnce, Score)).Add([.. part.Select(row => rows[row])], way, result), cancellation))).ConfigureAwait(false);
        var costs = new TextCost[rows.Count];
        foreach (var (row, cost) in order.Zip(parts.SelectMany(part => part)))
        {
            costs[row] = cost;
        }
        return costs;
    }

    /// <summary>
    /// Ends at the next step: callers that still wait get an <see cref="ObjectDisposedException"/>. When it returns, all memory
    /// of the model is free.
    /// </summary>
    public void Dispose()
    {
        _isEnding = true;
        _arrivals.Writer.TryComplete();
        if (!IsOnThread)
        {
            _thread.Join();
        }
    }

    private async Task<IReadOnlyList<T>> ComputeAsync<T>(Action<PendingResult<IReadOnlyList<T>>> enter, CancellationToken cancellation)
    {
        var result = new PendingResult<IReadOnlyList<T>>(cancellation) { Failed = Report };
        await SendAsync(new Arrival(() => enter(result), result.Fail), cancellation).ConfigureAwait(false);
        return await result.Task.ConfigureAwait(false);
    }

    private async ValueTask SendAsync(Arrival arrival, CancellationToken cancellation)
    {
        try
        {
            await _arrivals.Writer.WriteAsync(arrival, cancellation).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw Ended();
        }
        _meters.ChangeQueueLength(1);
    }

    /// <summary>Has the thread look at what has changed, if it waits; if there is no place in the queue, it does not wait.</summary>
    private void Wake()
    {
        if (_arrivals.Writer.TryWrite(new Arrival(() => { }, _ => { })))
        {
            _meters.ChangeQueueLength(1);
        }
    }

    private void Work(Func<LoadedModel> load, TaskCompletionSource loaded)
    {
        try
        {
            _loaded = load();
        }
        catch (Exception failure)
        {
            _meters.Dispose();
            ThreadTeam.EndTeamOfCaller();
            loaded.SetException(failure);
            return;
        }
        loaded.SetResult();
        using (no_grad())
        {
            while (IsToGoOn())
            {
                TakeTurn();
            }
            End();
        }
        ThreadTeam.EndTeamOfCaller();
    }

    /// <summary>Waits until there is something to do.</summary>
    private bool IsToGoOn()
    {
        var hasWork = _encoding.Count > 0 || _scoring?.Count > 0 || _decoding?.HasWork == true;
        return !_isEnding && (hasWork || _arrivals.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult()) && !_isEnding;
    }

    private void TakeTurn()
    {
        while (_encoding.Count + (_scoring?.Count ?? 0) + _otherWork.Count < _capacity && Take(out var arrival))
        {
            try
            {
                arrival!.Enter();
            }
            catch (Exception failure) // the first to decode has the weights prepared
            {
                arrival!.Fail(failure);
            }
        }
        _encoding.ComputeBatch();
        _scoring?.ComputeBatch();
        while (!_isEnding && _otherWork.TryDequeue(out var work))
        {
            work.Enter();
        }
        if (_decoding is null || _isEnding)
        {
            return;
        }
        var (rows, before) = (_batch!.Rows, Stopwatch.GetTimestamp());
        _decoding.Step();
        if (rows > 0 || _batch.Rows > 0)
        {
            _meters.Stepped(Stopwatch.GetElapsedTime(before));
            _meters.ChangeBatchRows(_batch.Rows - rows);
        }
    }

    private bool Take(out Arrival? arrival)
    {
        var taken = _arrivals.Reader.TryRead(out arrival);
        _meters.ChangeQueueLength(taken ? -1 : 0);
        return taken;
    }

    /// <summary>Ends what is under way and frees the memory.</summary>
    private void End()
    {
        while (Take(out var arrival))
        {
            arrival!.Fail(Ended());
        }
        while (_otherWork.TryDequeue(out var work))
        {
            work.Fail(Ended());
        }
        _encoding.Fail(Ended());
        _scoring?.Fail(Ended());
        _meters.ChangeBatchRows(-(_batch?.Rows ?? 0));
        _decoding?.Fail(Ended());
        _meters.Dispose();
        _prepared?.Dispose();
        foreach (var tensor in Weights)
        {
            tensor.Dispose();
        }
        Saved.Model.Dispose();
    }

    /// <summary>What the caller is not to blame for is somebody else's to see.</summary>
    private void Report(Exception failure)
    {
        if (failure is InvalidInputException or OperationCanceledException || (_isEnding && failure is ObjectDisposedException))
        {
            return;
        }
        _meters.Failed();
        SessionLog.RequestFailed(_logger, failure, _name);
    }

    private DecodingQueue Decoding() => _decoding ??= new DecodingQueue(_batch = new DecodingBatch(Saved.Model, Prepared(), Device));

    private PreparedModel Prepared()
    {
        using var scope = NewDisposeScope();
        return _prepared ??= Saved.Model.Prepare().DetachFromDisposeScope();
    }

    private GeneratedText Generated(DecodedText text)
    {
        _meters.Generated();
        return new GeneratedText(Saved.Tokenizer.Decode(text.Tokens), text.LogProbability);
    }

    private List<EncodedMeans> Encode(IReadOnlyList<TextRow> rows)
    {
        var encoded = new List<EncodedMeans>();
        foreach (var part in FewSizes(rows, TextGenerator.BatchSize))
        {
            using var scope = NewDisposeScope();
            using var evaluation = new EvaluationMode(Saved.Model);
            var posterior = Saved.Model.Encode(TextBatch.Of(part).On(Device));
            encoded.AddRange(Rows(posterior.Mean).Zip(Rows((0.5 * posterior.LogVariance).exp()), (mean, deviation) => new EncodedMeans(mean, deviation)));
        }
        _meters.Encoded(rows.Count);
        return encoded;
    }

    private TextCost[] Score(IReadOnlyList<TextRow> rows, ScoringWay way)
    {
        var objective = new Objective(Saved.Tokenizer.Vocabulary.PadId, Saved.File.Data.ScorePadding);
        var scorer = new TextScorer(Saved.Model, objective, Device);
        var costs = new TextCost[rows.Count];
        var order = Enumerable.Range(0, rows.Count).OrderBy(row => ScoredPositions(rows[row])).ToList();
        foreach (var part in FewSizes(order, TextsAtOnce))
        {
            var together = scorer.Score(TextBatch.Of([.. part.Select(row => rows[row])]), way.ImportanceSamples, way.PerToken);
            foreach (var (index, row) in part.Index())
            {
                costs[row] = new TextCost(together.Bound[index], together.Reconstruction[index], together.Kl[index], together.Tokens?[index]);
            }
        }
        _meters.Scored(rows.Count);
        return costs;
    }

    /// <summary>
    /// Parts whose sizes are few different powers of two: libtorch keeps what it prepares for each shape of a product, and its
    /// memory would grow with every new one.
    /// </summary>
    private static IEnumerable<IReadOnlyList<T>> FewSizes<T>(IReadOnlyList<T> all, int most)
    {
        for (var first = 0; first < all.Count;)
        {
            var count = 1 << int.Log2(int.Min(most, all.Count - first));
            yield return [.. all.Skip(first).Take(count)];
            first += count;
        }
    }

    private int ScoredPositions(TextRow row) => Saved.File.Data.ScorePadding ? row.Ids.Length : row.Length;

    private static float[][] Rows(Tensor matrix)
    {
        var (numbers, columns) = (matrix.cpu().contiguous().data<float>().ToArray(), (int)matrix.shape[1]); // none in a language model
        return [.. Enumerable.Range(0, (int)matrix.shape[0]).Select(row => numbers[(row * columns)..((row + 1) * columns)])];
    }

    private static void Do<T>(Func<T> work, PendingResult<T> result)
    {
        if (result.IsCancelled)
        {
            return;
        }
        try
        {
            result.Complete(InScope(work));
        }
        catch (Exception failure)
        {
            result.Fail(failure);
        }
    }

    private static T InScope<T>(Func<T> work)
    {
        using var scope = NewDisposeScope();
        return work();
    }

    private static ObjectDisposedException Ended() => new(nameof(InferenceEngine));

    /// <param name="Enter">Takes it up, on the engine's thread.</param>
    /// <param name="Fail">Tells the caller that it will not be taken up.</param>
    private sealed record Arrival(Action Enter, Action<Exception> Fail);

    private readonly record struct ScoringWay(int ImportanceSamples, bool PerToken);
}

/// <summary>What a text costs, in nats, as in <see cref="TextCosts"/>.</summary>
internal sealed record TextCost(double Bound, double Reconstruction, double Kl, float[]? Tokens);
