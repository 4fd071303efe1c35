namespace TextVae.Cli.Tests;

public sealed class LiveBarTests : IDisposable
{
    private const string Escape = "\u001b";

    private readonly TemporaryFolder _folder = TinyCorpus.Prepare();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(120)]
    public void Lines_above_the_bar_leave_nothing_of_it_and_the_bar_is_one_line(int columns)
    {
        var shown = Train("xterm", columns);
        Assert.Contains(shown, line => line.Contains("validation at step 40", StringComparison.Ordinal));
        Assert.All(
            shown.Where(line => line.Contains("validation at", StringComparison.Ordinal) || line.Contains("  * ", StringComparison.Ordinal)),
            line => Assert.True(line.EndsWith($"{Escape}[K", StringComparison.Ordinal) || PlainLength(line) % columns == 0, line));
        Assert.All(shown.Where(line => line.Contains('━', StringComparison.Ordinal)), line => Assert.InRange(PlainLength(line), 1, columns));
    }

    [Fact]
    public void A_terminal_that_cannot_draw_gets_the_steps_as_lines()
    {
        var shown = Train("dumb", 80);
        Assert.Contains(shown, line => line.StartsWith("step 40/40  beta ", StringComparison.Ordinal));
        Assert.DoesNotContain(shown, line => line.Contains(Escape, StringComparison.Ordinal));
    }

    private string[] Train(string terminal, int columns)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "needs script, which makes a terminal");
        var ended = TextVaeProcess.Shell(_folder, $"program=$0 TERM={terminal} script -qec 'stty cols {columns} rows 24; $program train tiny.json --data animals.txt --out run' /dev/null </dev/null");
        return [.. ended.Succeeded().Select(line => line.TrimEnd('\r'))];
    }

    private static int PlainLength(string line) => System.Text.RegularExpressions.Regex.Replace(line, $@"{Escape}\[[0-9;?]*[A-Za-z]|{Escape}[=>]", "").Length;
}
