using System.Collections.Concurrent;

namespace TextVae.Platform;

/// <summary>
/// A thread that owns torch for others: work is done there in the order in which it is asked for, from any number of threads.
/// One thread also means one team of OpenMP threads, not one for each that asks.
/// </summary>
internal sealed class TorchWorker : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread;

    /// <summary>Begins.</summary>
    public TorchWorker()
    {
        _thread = new Thread(Work) { IsBackground = true, Name = "TextVae" };
        _thread.Start();
    }

    /// <summary>Does work and waits for its result; what it throws is thrown here.</summary>
    /// <exception cref="ObjectDisposedException">The worker has ended.</exception>
    public T Run<T>(Func<T> work)
    {
        if (Thread.CurrentThread == _thread)
        {
            return work();
        }
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            _work.Add(() => Do(work, done));
        }
        catch (InvalidOperationException) // it takes no more
        {
            throw new ObjectDisposedException(nameof(TorchWorker));
        }
        return done.Task.GetAwaiter().GetResult();
    }

    /// <summary>Ends once the work that was asked for is done.</summary>
    public void Dispose() => _work.CompleteAdding();

    private void Work()
    {
        foreach (var work in _work.GetConsumingEnumerable())
        {
            work();
        }
    }

    private static void Do<T>(Func<T> work, TaskCompletionSource<T> done)
    {
        try
        {
            done.SetResult(work());
        }
        catch (Exception error)
        {
            done.SetException(error);
        }
    }
}
