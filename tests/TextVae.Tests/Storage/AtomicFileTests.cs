using TextVae.Storage;

namespace TextVae.Tests.Storage;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_file_is_written_and_replaced()
    {
        AtomicFile.Write(folder["a"], stream => stream.Write("one"u8));
        AtomicFile.Write(folder["a"], stream => stream.Write("2"u8));
        Assert.Equal("2", File.ReadAllText(folder["a"]));
        Assert.Equal(["a"], folder.Names);
    }

    [Fact]
    public void The_old_file_is_there_until_the_new_one_is_whole()
    {
        File.WriteAllText(folder["a"], "old");
        AtomicFile.Write(folder["a"], stream =>
        {
            stream.Write("new"u8);
            stream.Flush();
            Assert.Equal("old", File.ReadAllText(folder["a"]));
        });
        Assert.Equal("new", File.ReadAllText(folder["a"]));
    }

    [Fact]
    public void A_failure_leaves_the_old_file_and_nothing_else()
    {
        File.WriteAllText(folder["a"], "old");
        Assert.Throws<OperationCanceledException>(() => AtomicFile.Write(folder["a"], stream =>
        {
            stream.Write("half"u8);
            throw new OperationCanceledException();
        }));
        Assert.Equal("old", File.ReadAllText(folder["a"]));
        Assert.Equal(["a"], folder.Names);
    }

    [Fact]
    public void A_link_with_the_temporary_name_is_not_written_through()
    {
        File.WriteAllText(folder["elsewhere"], "mine");
        var parts = TemporaryName.For("a").Split('-');
        var next = string.Join('-', [.. parts[..^1], $"{int.Parse(parts[^1]) + 1}"]); // which a container's first process gives out every time
        File.CreateSymbolicLink(folder[next], folder["elsewhere"]);
        AtomicFile.Write(folder["a"], stream => stream.Write("one"u8));
        Assert.Equal(("mine", "one"), (File.ReadAllText(folder["elsewhere"]), File.ReadAllText(folder["a"])));
        Assert.Equal(["a", "elsewhere"], folder.Names);
    }

    [Fact]
    public void A_missing_folder_is_named()
    {
        var path = Path.Combine(folder["missing"], "a");
        var e = Assert.Throws<InvalidInputException>(() => AtomicFile.Write(path, _ => { }, InputKind.Data));
        Assert.Equal(InputKind.Data, e.Kind);
        Assert.StartsWith(path, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_device_is_called_a_full_disk()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "needs /dev/full");
        var e = Assert.Throws<InvalidInputException>(() => AtomicFile.Write(folder["a"], _ => File.WriteAllText("/dev/full", "x")));
        Assert.Contains("the disk is full", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Leftovers_of_dead_processes_are_deleted_and_those_of_living_ones_stay()
    {
        // Process 1 is always alive on Linux and macOS; no process has the largest number.
        var living = OperatingSystem.IsWindows() ? 4 : 1;
        string[] leftovers = [$".tmp-a-{int.MaxValue}-1", $".tmp-a-{living}-1", $".tmp-b-{int.MaxValue}-1", $".tmp-a-{Environment.ProcessId}-{int.MaxValue}"];
        foreach (var name in leftovers)
        {
            File.WriteAllText(folder[name], "half");
        }
        AtomicFile.Write(folder["a"], stream => stream.Write("whole"u8));
        Assert.Equal([leftovers[1], leftovers[2], "a"], folder.Names);
    }
}
