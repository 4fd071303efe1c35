using static TorchSharp.torch;

namespace TextVae.Generation;

/// <summary>
/// Rows of many callers that are computed together: the callers wait in their order, and each batch takes the first one and
/// those after it that have the same settings and fit beside it.
/// </summary>
/// <typeparam name="TRow">What is computed with.</typeparam>
/// <typeparam name="TResult">What comes of a row.</typeparam>
/// <typeparam name="TSettings">How; equal ones are computed together.</typeparam>
/// <param name="mostRows">Of a batch; a caller that has more is computed alone.</param>
/// <param name="compute">Rows and their settings to the result of each.</param>
internal sealed class CoalescingLane<TRow, TResult, TSettings>(int mostRows, Func<IReadOnlyList<TRow>, TSettings, IReadOnlyList<TResult>> compute)
    where TSettings : IEquatable<TSettings>
{
    private readonly List<Caller> _waiting = [];

    /// <summary>Callers that wait.</summary>
    public int Count => _waiting.Count;

    /// <summary>Takes a caller in.</summary>
    public void Add(IReadOnlyList<TRow> rows, TSettings settings, PendingResult<IReadOnlyList<TResult>> result) =>
        _waiting.Add(new Caller(rows, settings, result));

    /// <summary>Computes one batch, if anybody waits; what it throws goes to those in it.</summary>
    public void ComputeBatch()
    {
        _waiting.RemoveAll(caller => caller.Result.IsCancelled);
        if (_waiting.Count == 0)
        {
            return;
        }
        var together = Together();
        _waiting.RemoveAll(together.Contains);
        try
        {
            using var scope = NewDisposeScope();
            var results = compute([.. together.SelectMany(caller => caller.Rows)], together[0].Settings);
            var first = 0;
            foreach (var caller in together)
            {
                caller.Result.Complete([.. results.Skip(first).Take(caller.Rows.Count)]);
                first += caller.Rows.Count;
            }
        }
        catch (Exception failure)
        {
            together.ForEach(caller => caller.Result.Fail(failure));
        }
    }

    /// <summary>Ends all waiting.</summary>
    public void Fail(Exception reason)
    {
        _waiting.ForEach(caller => caller.Result.Fail(reason));
        _waiting.Clear();
    }

    private List<Caller> Together()
    {
        var (together, rows) = (new List<Caller> { _waiting[0] }, _waiting[0].Rows.Count);
        foreach (var caller in _waiting.Skip(1).Where(caller => caller.Settings.Equals(together[0].Settings)))
        {
            if (rows + caller.Rows.Count <= mostRows)
            {
                together.Add(caller);
                rows += caller.Rows.Count;
            }
        }
        return together;
    }

    private sealed class Caller(IReadOnlyList<TRow> rows, TSettings settings, PendingResult<IReadOnlyList<TResult>> result)
    {
        public IReadOnlyList<TRow> Rows => rows;

        public TSettings Settings => settings;

        public PendingResult<IReadOnlyList<TResult>> Result => result;
    }
}

/// <summary>What a caller waits for, while another thread computes it.</summary>
/// <param name="cancellationToken">Ends the waiting at once; what has not begun is then not computed.</param>
internal sealed class PendingResult<T>(CancellationToken cancellationToken)
{
    private readonly TaskCompletionSource<T> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Told why, where it will never be there.</summary>
    public Action<Exception>? Failed { get; init; }

    /// <summary>For the caller.</summary>
    public Task<T> Task => _source.Task.WaitAsync(cancellationToken);

    /// <summary>Whether nobody waits any more.</summary>
    public bool IsCancelled => cancellationToken.IsCancellationRequested;

    /// <summary>It is there.</summary>
    public void Complete(T result) => _source.TrySetResult(result);

    /// <summary>It will never be there.</summary>
    public void Fail(Exception reason)
    {
        if (_source.TrySetException(reason))
        {
            Failed?.Invoke(reason);
        }
    }
}
