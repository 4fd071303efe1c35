using TextVae.Tests.Data;

namespace TextVae.Tests.Runs;

public sealed class RunLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_is_taken_once_and_the_refusal_names_the_holder()
    {
        using (RunLock.Take(_folder["run"]))
        {
            Refusal.Is(InputKind.RunFolder, () => RunLock.Take(_folder["run"]), _folder["run"], $"process {Environment.ProcessId} on {Environment.MachineName} since 20");
        }
        RunLock.Take(_folder["run"]).Dispose();
    }

    [Fact]
    public void A_training_by_the_library_is_refused_too_and_leaves_the_folder_alone()
    {
        using var other = RunLock.Take(_folder["run"]);
        Refusal.Is(InputKind.RunFolder, () => TextVaeTraining.Run(_folder["run"], Tiny.Recipe, TrainingTexts.Of(["one", "two"])), "found a training under way");
        Assert.Equal(["training.lock"], Directory.GetFileSystemEntries(_folder["run"]).Select(Path.GetFileName));
    }

    [Fact]
    public void What_a_killed_process_has_left_stops_nobody()
    {
        Directory.CreateDirectory(_folder["run"]);
        File.WriteAllText(_folder["run/training.lock"], "whatever");
        using var taken = RunLock.TakeFree([_folder["run"]]);
        Assert.Equal(_folder["run"], taken.Run.Path);
    }

    [Theory]
    [InlineData("training.lock")]
    [InlineData("metrics.jsonl")]
    [InlineData("checkpoints")]
    [InlineData(".tmp-model.json-1-1")]
    public void A_folder_with_links_is_refused_and_nothing_is_written_through_them(string name)
    {
        var elsewhere = _folder.Write("elsewhere", "mine");
        Directory.CreateDirectory(_folder["run"]);
        File.CreateSymbolicLink(_folder[$"run/{name}"], elsewhere);
        Refusal.Is(InputKind.RunFolder, () => RunLock.Take(_folder["run"]), $"{name}: found a link");
        Assert.Equal("mine", File.ReadAllText(elsewhere));
    }

    [Fact]
    public void A_pipe_in_the_locks_place_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "has none in folders");
        Directory.CreateDirectory(_folder["run"]);
        _folder.WritePipe("run/training.lock");
        Refusal.Is(InputKind.RunFolder, () => RunLock.Take(_folder["run"]), "training.lock: found a pipe");
    }

    [Fact]
    public void A_free_folder_is_one_that_is_missing_or_empty()
    {
        _folder.Write("file", "");
        Directory.CreateDirectory(_folder["full"]);
        File.WriteAllText(_folder["full/text"], "");
        using var held = RunLock.Take(_folder["held"]);
        using var taken = RunLock.TakeFree([_folder["file"], _folder["full"], _folder["held"], _folder["free"], _folder["more"]]);
        Assert.Equal(_folder["free"], taken.Run.Path);
    }

    [Fact]
    public void Only_a_folder_that_was_made_and_is_still_empty_goes_with_the_lock()
    {
        Directory.CreateDirectory(_folder["there"]);
        RunLock.Take(_folder["there"]).Dispose();
        RunLock.Take(_folder["made"]).Dispose();
        using (RunLock.Take(_folder["used"]))
        {
            File.WriteAllText(_folder["used/text"], "");
        }
        Assert.Equal((true, false, true), (Directory.Exists(_folder["there"]), Directory.Exists(_folder["made"]), Directory.Exists(_folder["used"])));
    }

    [Fact]
    public void Many_threads_that_take_and_return_one_folder_never_have_it_together()
    {
        var (inside, together, taken) = (0, 0, 0);
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
        {
            for (var time = 0; time < 300; time++)
            {
                try
                {
                    using var mine = RunLock.Take(_folder["run"]);
                    together += Interlocked.Increment(ref inside) > 1 ? 1 : 0;
                    Interlocked.Increment(ref taken);
                    Thread.Yield();
                    Interlocked.Decrement(ref inside);
                }
                catch (InvalidInputException refused) when (refused.Message.Contains("under way", StringComparison.Ordinal))
                {
                    // Somebody else has it.
                }
            }
        });
        Assert.Equal(0, together);
        Assert.True(taken > 0);
    }
}
