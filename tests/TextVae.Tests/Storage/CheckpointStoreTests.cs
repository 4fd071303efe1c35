using TextVae.Storage;

namespace TextVae.Tests.Storage;

public sealed class CheckpointStoreTests : IDisposable
{
    private const int Files = 3;
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private CheckpointStore Store(int keep = 2) => new(folder.Path, keep);

    [Fact]
    public void The_newest_are_kept()
    {
        foreach (var step in new[] { 5, 30, 1_000_000_000_000, 20 })
        {
            var saved = Store().Save(step, path => WriteFiles(path, step));
            Assert.Equal(step, ReadFiles(saved));
        }
        // 20 is not among the two newest by its number, but was saved last.
        Assert.Equal(["000000020", "000000030", "1000000000000"], folder.Names);
        Assert.Equal(1_000_000_000_000, Store().Latest()!.Step);
        Store().Save(40, path => WriteFiles(path, 40));
        Assert.Equal(["000000040", "1000000000000"], folder.Names);
    }

    [Fact]
    public void A_missing_folder_holds_no_checkpoint_and_is_created_by_the_first()
    {
        var store = new CheckpointStore(folder["deep/down"]);
        Assert.Null(store.Latest());
        Assert.Equal(1, ReadFiles(store.Save(1, path => WriteFiles(path, 1))));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_same_step_is_replaced(int keep)
    {
        Store(keep).Save(7, path => WriteFiles(path, 1));
        Store(keep).Save(7, path => WriteFiles(path, 2));
        Assert.Equal(["000000007"], folder.Names);
        Assert.Equal(2, ReadFiles(Store().Latest()!));
    }

    [Fact]
    public void Files_in_inner_folders_are_saved()
    {
        var saved = Store().Save(1, path => File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(path, "in")).FullName, "a"), "x"));
        Assert.Equal("x", File.ReadAllText(Path.Combine(saved.Path, "in", "a")));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(0, true)]
    [InlineData(3, true)]
    public void A_failure_after_any_file_leaves_the_older_checkpoints(int files, bool sameStep)
    {
        Store().Save(1, path => WriteFiles(path, 1));
        Store().Save(2, path => WriteFiles(path, 2));
        var step = sameStep ? 2 : 3;
        var e = Assert.Throws<InvalidInputException>(() => Store().Save(step, path => WriteFiles(path, 3, files, () => throw new IOException("unplugged"))));
        Assert.Equal(InputKind.RunFolder, e.Kind);
        Assert.EndsWith($"00000000{step}: step {step} not saved, unplugged; the last checkpoint is step 2", e.Message, StringComparison.Ordinal);
        Assert.Equal(["000000001", "000000002"], folder.Names);
        Assert.Equal(2, ReadFiles(Store().Latest()!));
    }

    [Fact]
    public void A_failure_without_any_checkpoint_says_so_and_a_bug_stays_a_bug()
    {
        var e = Assert.Throws<InvalidInputException>(() => Store().Save(3, _ => throw new InvalidInputException(InputKind.RunFolder, "reason")));
        Assert.EndsWith("step 3 not saved, reason; there is no checkpoint yet", e.Message, StringComparison.Ordinal);
        Assert.Throws<NotSupportedException>(() => Store().Save(3, _ => throw new NotSupportedException()));
        Assert.Empty(folder.Names);
    }

    [Fact]
    public void Names_that_are_no_checkpoints_are_ignored()
    {
        foreach (var name in new[] { "12", "0000000012", "000000012x", "-00000012", "notes", ".tmp-000000012-1-1" })
        {
            Directory.CreateDirectory(folder[name]);
        }
        File.WriteAllText(folder["000000012"], "a file");
        Assert.Null(Store().Latest());
    }

    [Fact]
    public void A_killed_process_leaves_whole_checkpoints_and_the_next_save_cleans_up()
    {
        long last = -1;
        for (var wait = 0; wait < 4; wait++)
        {
            using var child = ChildProcess.Start("save until killed", folder.Path);
            using var limit = new Timer(_ => child.Kill(), null, TimeSpan.FromMinutes(2), Timeout.InfiniteTimeSpan); // without it, no line is waited for for ever
            while (child.StandardOutput.ReadLine() is { } line && long.Parse(line) < last + 20 + 3 * wait)
            {
            }
            child.Kill();
            Assert.True(child.WaitForExit(TimeSpan.FromMinutes(2)));
            var all = Store().All();
            Assert.InRange(all.Count, 2, 3); // the third is there while the oldest is being deleted
            Assert.All(all, checkpoint => Assert.Equal(checkpoint.Step, ReadFiles(checkpoint)));
            Assert.True(all[0].Step > last);
            last = all[0].Step;
        }
        Store().Save(last + 1, path => WriteFiles(path, last + 1));
        Assert.Equal([$"{last:D9}", $"{last + 1:D9}"], folder.Names);
    }

    /// <summary>In a child process: saves checkpoints, each twice, as fast as it can.</summary>
    internal static void SaveUntilKilled(string path)
    {
        var store = new CheckpointStore(path);
        for (var step = (store.Latest()?.Step ?? 0) + 1; ; step++)
        {
            store.Save(step, inner => WriteFiles(inner, step));
            store.Save(step, inner => WriteFiles(inner, step));
            Console.WriteLine(step);
        }
    }

    private static void WriteFiles(string path, long value, int failAfter = -1, Action? fail = null)
    {
        for (var i = 0; i <= Files; i++)
        {
            if (i == failAfter)
            {
                fail!();
            }
            if (i < Files)
            {
                File.WriteAllText(Path.Combine(path, $"file{i}"), $"{value}");
            }
        }
    }

    private static long ReadFiles(Checkpoint checkpoint)
    {
        var values = Enumerable.Range(0, Files).Select(i => long.Parse(File.ReadAllText(Path.Combine(checkpoint.Path, $"file{i}")))).Distinct();
        return Assert.Single(values);
    }
}
