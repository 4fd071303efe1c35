namespace TextVae.Cli.Tests;

/// <summary>What is said to somebody who does not read.</summary>
public sealed class DispensableWriterTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stopping = new();
    private readonly Reader _reader = new();
    private readonly DispensableWriter _writer;

    public DispensableWriterTests() => _writer = new DispensableWriter(_reader, _stopping.Token);

    public void Dispose()
    {
        _reader.Reads.Set();
        _writer.Dispose();
        _stopping.Dispose();
    }

    [Fact]
    public async Task A_reader_is_waited_for_and_gets_all_in_order()
    {
        var saying = Task.Run(Say);
        Assert.True(_reader.IsAsked.Wait(Patience, CancellationToken.None));
        Assert.False(saying.IsCompleted);
        _reader.Reads.Set();
        await saying.WaitAsync(Patience, CancellationToken.None);
        Assert.Equal(["one", "two"], _reader.Lines);
    }

    [Fact]
    public async Task Who_does_not_read_holds_nobody_up_once_the_program_is_to_stop()
    {
        var saying = Task.Run(Say);
        Assert.True(_reader.IsAsked.Wait(Patience, CancellationToken.None));
        await _stopping.CancelAsync();
        await saying.WaitAsync(Patience, CancellationToken.None);
        Assert.Empty(_reader.Lines);
    }

    [Fact]
    public void Who_reads_is_told_to_the_end()
    {
        _reader.Reads.Set();
        _stopping.Cancel();
        Say();
        Assert.Equal(["one", "two"], _reader.Lines);
    }

    private void Say()
    {
        _writer.WriteLine("one");
        _writer.WriteLine("two");
    }

    private sealed class Reader : TextWriter
    {
        public ManualResetEventSlim IsAsked { get; } = new();

        public ManualResetEventSlim Reads { get; } = new();

        public List<string?> Lines { get; } = [];

        public override System.Text.Encoding Encoding => System.Text.Encoding.UTF8;

        public override void WriteLine(string? value)
        {
            IsAsked.Set();
            Assert.True(Reads.Wait(Patience, CancellationToken.None));
            Lines.Add(value);
        }
    }
}
