using System.Threading.Channels;

namespace TextVae.Cli;

/// <summary>Items that another thread reads, so that waiting for them can be ended where reading cannot, as from a pipe.</summary>
internal static class ReadAhead
{
    private const int Most = 1024;

    /// <summary>The same items; what reading throws is thrown here.</summary>
    /// <param name="items">Read on a thread of their own, which waits on alone where the enumeration ends before it.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public static IEnumerable<T> Of<T>(IEnumerable<T> items, CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<T>(new BoundedChannelOptions(Most) { SingleReader = true, SingleWriter = true });
        new Thread(() => Read(items, channel.Writer, cancellationToken)) { IsBackground = true }.Start();
        return channel.Reader.ReadAllAsync(cancellationToken).ToBlockingEnumerable(cancellationToken);
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
