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

/// <summary>
/// A model at work for any number of callers at once. One thread owns the model and all its tensors, and so one team of OpenMP
/// threads computes for all. It takes up what waits: a batch of texts to encode, a batch to score, other work, then one more
/// token for each text that is decoded, and again. So no caller waits for another's end.
/// </summary>
internal sealed class InferenceEngine : IDisposable
{
    private readonly Channel<Arrival> _arrivals;
    private readonly int _capacity;
    private readonly string _name;
    private readonly ILogger _logger;
    private readonly EngineMeters _meters;
    private readonly Thread _thread;
    private readonly Queue<Arrival> _otherWork = [];
    private readonly CoalescingLane<TextRow, EncodedMeans, bool> _encoding;
    private CoalescingLane<TextRow, TextCost, ScoringWay>? _scoring;
    private DecodingBatch? _batch;
    private DecodingQueue? _decoding;
    private ModelAtWork? _work;
    private volatile bool _isEnding;

    private InferenceEngine(Func<LoadedModel> load, int capacity, string name, ILogger logger, TaskCompletionSource loaded)
    {
        (_capacity, _name, _logger, _meters) = (capacity, name, logger, new EngineMeters(name));
        _arrivals = Channel.CreateBounded<Arrival>(new BoundedChannelOptions(capacity) { SingleReader = true });
        _encoding = new(TextGenerator.BatchSize, (rows, _) => _work!.Encode(rows));
        _thread = new Thread(() => Work(load, loaded)) { IsBackground = true, Name = "TextVae" };
        _thread.Start();
    }

    /// <summary>The model: to look at, as computing with it is for this thread alone.</summary>
    public SavedModel Saved => _work!.Saved;

    /// <summary>What texts cost the model.</summary>
    public Objective Objective => _work!.Objective;

    /// <summary>Where the model is.</summary>
    public Device Device => _work!.Device;

    private bool IsOnThread => Thread.CurrentThread == _thread;

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
    /// <param name="cancellationToken">Ends the waiting at once, and work that has not begun is not done.</param>
    /// <exception cref="ObjectDisposedException">The engine has ended.</exception>
    public async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken = default)
    {
        if (IsOnThread)
        {
            return InScope(work);
        }
        var result = new PendingResult<T>(cancellationToken) { Failed = Report };
        var arrival = new Arrival(() => Do(work, result), result.Fail);
        await SendAsync(arrival with { Enter = () => _otherWork.Enqueue(arrival) }, cancellationToken).ConfigureAwait(false);
        return await result.Task.ConfigureAwait(false);
    }

    /// <summary>Texts of latent vectors, in their order, as they are made. An enumeration that is left ends their making.</summary>
    /// <param name="plan">How; from now on the engine's alone.</param>
    /// <param name="count">How many.</param>
    /// <param name="latent">The first one that is asked for and how many to their latent vectors, [texts, latent]; called on the engine's thread.</param>
    /// <param name="firstText">Which text the first one is among all that are made with one seed.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ObjectDisposedException">The engine has ended.</exception>
    public async IAsyncEnumerable<GeneratedText> DecodeAsync(
        DecodingPlan plan, int count, Func<int, int, Tensor> latent, long firstText = 0, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (count <= 0)
        {
            yield break;
        }
        var request = new DecodingRequest(plan, count, latent, firstText) { CanGoOn = Wake, Failed = Report };
        if (IsOnThread)
        {
            using var batch = _work!.StartBatch();
            foreach (var text in new DecodingQueue(batch).Run(request, cancellationToken))
            {
                yield return Generated(text);
            }
            yield break;
        }
        await SendAsync(new Arrival(() => Decoding().Add(request), request.Fail), cancellationToken).ConfigureAwait(false);
        try
        {
            while (await request.WaitAsync(cancellationToken).ConfigureAwait(false))
            {
                while (request.TryRead(out var text))
                {
                    yield return Generated(text!);
                    cancellationToken.ThrowIfCancellationRequested();
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
    /// <param name="cancellationToken">Ends the waiting at once, and what has not begun is not computed.</param>
    /// <exception cref="ObjectDisposedException">The engine has ended.</exception>
    public async Task<IReadOnlyList<EncodedMeans>> EncodeAsync(IReadOnlyList<TextRow> rows, CancellationToken cancellationToken = default)
    {
        if (IsOnThread)
        {
            return InScope(() => _work!.Encode(rows));
        }
        var parts = rows.Chunk(TextGenerator.BatchSize).Select(part =>
            ComputeAsync<EncodedMeans>(result => _encoding.Add(part, true, result), cancellationToken));
        return [.. (await Task.WhenAll(parts).ConfigureAwait(false)).SelectMany(part => part)];
    }

    /// <summary>What texts cost, in their order; those of several callers that are scored in the same way are computed together.</summary>
    /// <param name="rows">The texts.</param>
    /// <param name="way">How, as in <see cref="TextScorer.Score(TextBatch, int, bool, LatentPrior)"/>.</param>
    /// <param name="scored">Told how many more are done, from any thread.</param>
    /// <param name="cancellationToken">Ends the waiting at once, and what has not begun is not computed.</param>
    /// <exception cref="ObjectDisposedException">The engine has ended.</exception>
    public async Task<IReadOnlyList<TextCost>> ScoreAsync(
        IReadOnlyList<TextRow> rows, ScoringWay way, IProgress<long>? scored = null, CancellationToken cancellationToken = default)
    {
        if (IsOnThread)
        {
            return InScope(() => _work!.Score(rows, way));
        }
        // Texts of about the same length come together, so that little of a batch is padding.
        int[] order = [.. Enumerable.Range(0, rows.Count).OrderBy(row => Objective.ScoredPositions(rows[row]))];
        var parts = await Task.WhenAll(order.Chunk(_work!.ScoredAtOnce).Select(async part =>
        {
            var costs = await ComputeAsync<TextCost>(
                result => (_scoring ??= new(_work!.ScoredAtOnce, _work.Score)).Add([.. part.Select(row => rows[row])], way, result), cancellationToken).ConfigureAwait(false);
            scored?.Report(part.Length);
            return costs;
        })).ConfigureAwait(false);
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

    private async Task<IReadOnlyList<T>> ComputeAsync<T>(Action<PendingResult<IReadOnlyList<T>>> enter, CancellationToken cancellationToken)
    {
        var result = new PendingResult<IReadOnlyList<T>>(cancellationToken) { Failed = Report };
        await SendAsync(new Arrival(() => enter(result), result.Fail), cancellationToken).ConfigureAwait(false);
        return await result.Task.ConfigureAwait(false);
    }

    private async ValueTask SendAsync(Arrival arrival, CancellationToken cancellationToken)
    {
        try
        {
            await _arrivals.Writer.WriteAsync(arrival, cancellationToken).ConfigureAwait(false);
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
            _work = new ModelAtWork(load(), _meters);
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
        _work!.Dispose();
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

    private DecodingQueue Decoding() => _decoding ??= new DecodingQueue(_batch = _work!.StartBatch());

    private GeneratedText Generated(DecodedText text)
    {
        _meters.Generated();
        return new GeneratedText(Saved.Tokenizer.Decode(text.Tokens), text.LogProbability);
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
}
