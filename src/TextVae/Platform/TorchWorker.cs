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
    public T Run<T>(Func<T> work) =>
        Thread.CurrentThread == _thread ? work() : RunAsync(work).GetAwaiter().GetResult();

    /// <summary>As <see cref="Run"/>, without holding the caller's thread.</summary>
    /// <param name="work">The work.</param>
    /// <param name="cancellation">Ends the waiting at once, and work that has not begun is not done.</param>
    public Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellation = default)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            _work.Add(() => Do(work, done, cancellation), CancellationToken.None);
        }
        catch (InvalidOperationException) // it takes no more
        {
            throw new ObjectDisposedException(nameof(TorchWorker));
        }
        return done.Task.WaitAsync(cancellation);
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

    private static void Do<T>(Func<T> work, TaskCompletionSource<T> done, CancellationToken cancellation)
    {
        try
        {
            cancellation.ThrowIfCancellationRequested();
            done.SetResult(work());
        }
        catch (OperationCanceledException)
        {
            done.SetCanceled(cancellation);
        }
        catch (Exception error)
        {
            done.SetException(error);
        }
    }
}
