using System.Runtime.ExceptionServices;
using System.Threading.Channels;

namespace TextVae.Cli;

/// <summary>Items that another thread reads, so that waiting for them can be ended where reading cannot, as from a pipe.</summary>
internal static class ReadAhead
{
    private const int Most = 1024;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(0.5);

    /// <summary>The same items; what reading throws is thrown here.</summary>
    /// <param name="items">Read on a thread of their own, which waits on alone where the enumeration ends before it.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public static IEnumerable<T> Of<T>(IEnumerable<T> items, CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<T>(new BoundedChannelOptions(Most) { SingleReader = true, SingleWriter = true });
        new Thread(() => Read(items, channel.Writer, cancellationToken)) { IsBackground = true }.Start();
        return channel.Reader.ReadAllAsync(cancellationToken).ToBlockingEnumerable(cancellationToken);
    }

    /// <summary>The same items, several together: as many as are wanted, or those that there are when no more come for a moment. The last come when it is cancelled.</summary>
    /// <param name="items">As above.</param>
    /// <param name="size">How many together.</param>
    /// <param name="cancellationToken">Ends the reading, as the end of the items would.</param>
    public static IEnumerable<T[]> Chunks<T>(IEnumerable<T> items, int size, CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<T>(new BoundedChannelOptions(Most) { SingleReader = true, SingleWriter = true });
        new Thread(() => Read(items, channel.Writer, cancellationToken)) { IsBackground = true }.Start();
        var chunk = new List<T>();
        var waiting = (Task<bool>?)null;
        while (true)
        {
            while (chunk.Count < size && channel.Reader.TryRead(out var item))
            {
                chunk.Add(item);
            }
            waiting ??= chunk.Count < size ? channel.Reader.WaitToReadAsync(CancellationToken.None).AsTask() : null;
            var ended = waiting is not null && HasEnded(waiting, chunk.Count > 0 ? Pause : Timeout.InfiniteTimeSpan, cancellationToken);
            if (waiting is { IsCompleted: true } && !ended)
            {
                waiting = null;
                continue;
            }
            ended |= cancellationToken.IsCancellationRequested;
            if (chunk.Count > 0)
            {
                yield return [.. chunk];
                chunk.Clear();
            }
            if (ended)
            {
                yield break;
            }
        }
    }

    private static bool HasEnded(Task<bool> waiting, TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            return waiting.Wait(patience, cancellationToken) && !waiting.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            return true;
        }
        catch (AggregateException error)
        {
            ExceptionDispatchInfo.Throw(error.InnerException!);
            throw;
        }
    }

    private static void Read<T>(IEnumerable<T> items, ChannelWriter<T> writer, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var item in items)
            {
                while (!writer.TryWrite(item))
                {
                    writer.WaitToWriteAsync(cancellationToken).AsTask().GetAwaiter().GetResult();
                }
            }
            writer.Complete();
        }
        catch (Exception error)
        {
            writer.Complete(error);
        }
    }
}
