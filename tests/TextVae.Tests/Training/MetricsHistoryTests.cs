using TextVae.Tests.Data;
using TextVae.Training;

namespace TextVae.Tests.Training;

public sealed class MetricsHistoryTests : IDisposable
{
    private const string Before = """{"kind":"training","step":9}""" + "\n";
    private const string Training = """{"kind":"training","step":10}""" + "\n";
    private const string Validation = """{"kind":"validation","step":10}""" + "\n";
    private const string After = """{"kind":"training","step":11}""" + "\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "")]
    [InlineData(Before + Training + Validation + After + Before, Before + Training + Validation)]
    [InlineData(Before + "{\"kind\":\"trai", Before)]
    [InlineData(Before + """{"kind":"training","step":10}""", Before)]
    [InlineData(Before + "{}\n" + Training, Before)]
    [InlineData(Before + "[]\n" + Training, Before)]
    [InlineData(Before + "null\n" + Training, Before)]
    [InlineData(Before + """{"step":"1"}""" + "\n", Before)]
    [InlineData(Before + """{"step":1.5}""" + "\n", Before)]
    [InlineData("""{"step":1,"step":2}""" + "\n", """{"step":1,"step":2}""" + "\n")]
    [InlineData("""{"step":-5}""" + "\n", """{"step":-5}""" + "\n")]
    public void What_comes_after_the_checkpoint_goes_and_so_does_what_is_no_report(string lines, string kept)
    {
        var path = _folder.Write("metrics.jsonl", lines);
        MetricsHistory.Forget(path, stepsDone: 10, owesValidation: false);
        Assert.Equal(kept, File.ReadAllText(path));
    }

    [Fact]
    public void A_validation_that_is_owed_is_repeated()
    {
        var path = _folder.Write("metrics.jsonl", Before + Training + Validation);
        MetricsHistory.Forget(path, stepsDone: 10, owesValidation: true);
        Assert.Equal(Before + Training, File.ReadAllText(path));
    }

    [Fact]
    public void A_log_of_many_lines_is_kept_whole_and_a_line_of_gigabytes_is_never_in_memory()
    {
        var many = string.Concat(Enumerable.Repeat(Before, 50_000)); // longer than what is read at once
        var path = _folder.Write("metrics.jsonl", many);
        using (var file = new FileStream(path, FileMode.Append))
        {
            file.SetLength(3L << 30); // a hole in the file system's sense: it takes no room on the disk
        }
        var before = GC.GetTotalAllocatedBytes(precise: true);
        MetricsHistory.Forget(path, stepsDone: 10, owesValidation: false);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 64 << 20);
        Assert.Equal(many, File.ReadAllText(path));
    }

    [Fact]
    public void A_device_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "has none in folders");
        File.CreateSymbolicLink(_folder["metrics.jsonl"], "/dev/zero");
        Refusal.Is(InputKind.RunFolder, () => MetricsHistory.Forget(_folder["metrics.jsonl"], 10, false), "metrics.jsonl: found a pipe, a device or a socket");
    }
}
