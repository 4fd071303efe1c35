using System.Text;
using System.Threading.Channels;

namespace TextVae.Cli;

/// <summary>
/// Says what can be said, on a thread of its own, for which the caller waits, however long nobody reads: until the program is
/// asked to stop, which nobody who does not read can prevent.
/// </summary>
/// <param name="inner">Where to.</param>
/// <param name="stopping">From when on a moment is enough.</param>
internal sealed class DispensableWriter(TextWriter inner, CancellationToken stopping) : TextWriter
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    private readonly Channel<(Action Say, ManualResetEventSlim Done)> _work = Channel.CreateUnbounded<(Action, ManualResetEventSlim)>();
    private Thread? _speaker;
    private bool _nobodyReads;

    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Try(() => inner.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

    public override void Write(string? value) => Try(() => inner.Write(value));

    public override void WriteLine(string? value) => Try(() => inner.WriteLine(value));

    public override void Flush() => Try(inner.Flush);

    private void Try(Action say)
    {
        if (_nobodyReads)
        {
            return;
        }
        if (_speaker is null)
        {
            _speaker = new Thread(Speak) { IsBackground = true };
            _speaker.Start();
        }
        var done = new ManualResetEventSlim();
        _ = _work.Writer.TryWrite((say, done));
        try
        {
            done.Wait(stopping);
        }
        catch (OperationCanceledException)
        {
            _nobodyReads = !done.Wait(Moment, CancellationToken.None);
        }
    }

    private void Speak()
    {
        foreach (var (say, done) in _work.Reader.ReadAllAsync(CancellationToken.None).ToBlockingEnumerable(CancellationToken.None))
        {
            try
            {
                say();
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // There is nobody to be told.
            }
            done.Set();
        }
    }
}
