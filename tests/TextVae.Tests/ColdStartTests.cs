namespace TextVae.Tests;

public class ColdStartTests
{
    private const string Variable = "TEXTVAE_COLD_RUN";
    private const int Threads = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>With the environment variable <c>TEXTVAE_STRESS</c> as many processes as it says.</summary>
    [Fact]
    public void Sessions_that_threads_of_a_new_process_open_at_once_do_what_one_alone_does()
    {
        using var folder = new TemporaryFolder();
        TinySession.Train(folder).Dispose();
        var processes = int.TryParse(Environment.GetEnvironmentVariable("TEXTVAE_STRESS"), out var many) ? many : 3;
        for (var process = 0; process < processes; process++)
        {
            var child = ChildProcess.RunTests(["-noLogo", "-noColor", "-explicit", "only", "-class", "*.ColdStartTests"], (Variable, folder["run"]));
            Assert.True(child.ExitCode == 0 && child.Output.Contains("Failed: 0, Skipped: 0, Not Run: 1,", StringComparison.Ordinal), child.Output);
        }
    }

    /// <summary>In a process where nothing of the library has been used.</summary>
    [Fact(Explicit = true)]
    public void Sessions_are_opened_at_once()
    {
        var folder = Environment.GetEnvironmentVariable(Variable)!;
        using var start = new Barrier(Threads);
        var results = new string?[Threads];
        var failures = new Exception?[Threads];
        var threads = Enumerable.Range(0, Threads).Select(index => new Thread(() =>
        {
            try
            {
                Assert.True(start.SignalAndWait(Patience));
                results[index] = Use(folder);
            }
            catch (Exception failure)
            {
                failures[index] = failure;
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        Assert.All(threads, thread => Assert.True(thread.Join(Patience), "a session hangs"));
        Assert.All(failures, failure => Assert.True(failure is null, failure?.ToString()));
        var alone = Use(folder);
        Assert.All(results, result => Assert.Equal(alone, result));
    }

    private static string Use(string folder)
    {
        using var session = TextVaeSession.Load(folder);
        var options = new SamplingOptions { Temperature = 1, Regex = @"[a-z]\w{1,4}[ \d]+(\S|[^x])*", Seed = 3 };
        var texts = session.Generate(5, options).Select(text => text.Text).ToList();
        var prefixed = session.Generate(2, new SamplingOptions { Prefix = "te", Alphabet = "tex 0123" }).Select(text => text.Text);
        var vector = session.Encode("text 1 ab").Mean;
        return string.Join('\n', [.. texts, .. prefixed, .. vector.ToArray().Select(number => $"{number:F4}")]);
    }
}
