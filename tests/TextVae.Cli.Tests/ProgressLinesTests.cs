namespace TextVae.Cli.Tests;

public class ProgressLinesTests
{
    private readonly Clock _clock = new();
    private readonly List<string> _lines = [];
    private readonly ProgressLines _progress;

    public ProgressLinesTests() => _progress = new ProgressLines(_clock, _lines.Add);

    [Fact]
    public void Work_that_is_soon_done_says_nothing()
    {
        Run(seconds: 9, total: 900, perSecond: 100);
        Assert.Empty(_lines);
    }

    [Fact]
    public void Long_work_says_each_tenth_and_what_is_left()
    {
        Run(seconds: 201, total: 20_100, perSecond: 100);
        Assert.Equal(10, _lines.Count);
        Assert.Equal("encoding: 2,100 of 20,100, 10%, 0:03:00 left", _lines[0]);
        Assert.Equal("encoding: 20,100 of 20,100, 100%, 0:00:00 left", _lines[^1]);
    }

    [Fact]
    public void Very_long_work_says_something_each_half_minute()
    {
        Run(seconds: 600, total: 1_000_000, perSecond: 1);
        Assert.Equal(20, _lines.Count);
        Assert.Equal("encoding: 30 of 1,000,000, 0%, 277:46:10 left", _lines[0]);
    }

    [Fact]
    public void Work_without_a_known_total_says_how_much_is_done()
    {
        Run(seconds: 60, total: null, perSecond: 1000);
        Assert.Equal(["encoding: 30,000 after 0:00:30", "encoding: 60,000 after 0:01:00"], _lines);
    }

    private void Run(int seconds, long? total, long perSecond)
    {
        for (var second = 0L; second <= seconds; second++)
        {
            _clock.Now = second;
            _progress.Report(new Progress.Stage("encoding", second * perSecond, total));
        }
    }

    private sealed class Clock : TimeProvider
    {
        public long Now { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Now;
    }
}
