using System.Diagnostics;
using System.Runtime.Versioning;
using TextVae.Data;
using TextVae.Storage;

namespace TextVae.Tests.Data;

public class CacheFolderTests
{
    [Fact]
    public void Above_the_limit_what_was_used_least_recently_goes_first()
    {
        using var folder = new TemporaryFolder();
        using var limit = new Variable("TEXTVAE_CACHE_LIMIT", "350kB");
        var files = Enumerable.Range(0, 3).Select(number => Write(number, 100_000)).ToArray();
        foreach (var (number, file) in files.Index())
        {
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddHours(number - 10));
        }
        CacheFile.TryOpen(files[0], Key(0), out _)!.Dispose(); // now the last
        var newest = Write(3, 100_000);
        Assert.Equal([newest, files[0], files[2]], CacheFolder.List().Select(file => file.Path));
        Assert.Equal("origin 3", CacheFolder.List()[0].Origin);
        Assert.Equal(300_000 + 3 * (8 + 32), CacheFolder.List().Sum(file => file.Bytes));
    }

    [Fact]
    public void What_is_in_use_stays_whatever_the_limit()
    {
        using var folder = new TemporaryFolder();
        using var limit = new Variable("TEXTVAE_CACHE_LIMIT", "0");
        var used = Write(0, 1000);
        using (CacheFile.TryOpen(used, Key(0), out _))
        {
            var next = Write(1, 1000); // what has just been written stays, too
            Assert.Equal([next, used], CacheFolder.List().Select(file => file.Path));
            Assert.Equal(next, Assert.Single(CacheFolder.Clear()).Path);
            Assert.Equal(used, Assert.Single(CacheFolder.List()).Path);
        }
        Write(2, 1000);
        Assert.False(File.Exists(used));
    }

    [Fact]
    public void What_has_just_been_written_is_in_use_and_serves_though_it_goes()
    {
        using var folder = new TemporaryFolder();
        using var limit = new Variable("TEXTVAE_CACHE_LIMIT", "0");
        var path = DataCache.PathOf(Key(0), ".tokens");
        using var written = CacheFile.Write(path, Key(0), "origin", file => file.Write(new byte[1000]), out var all);
        Write(1, 1000);
        Assert.True(File.Exists(path));
        File.Delete(path); // as a process does that had begun to before it was there
        Assert.True(CacheFile.IsWhole(written, Key(0), out var length));
        Assert.Equal((1000, 1000), (all, length));
    }

    [Fact]
    public void Leftovers_of_killed_processes_go_and_what_is_being_written_or_is_no_file_of_ours_stays()
    {
        using var folder = new TemporaryFolder();
        var old = new[] { $".tmp-{new string('a', 64)}.tokens-77-1", $".tmp-{new string('a', 64)}.tokens-0123.index", ".tmp-nameless-5-1" };
        var (written, fresh) = ($"cache/.tmp-{new string('b', 64)}.tokens-1", $"cache/.tmp-{new string('c', 64)}.tokens-1");
        string[] others = ["cache/notes.txt", "cache/.tmp-mine", $"cache/{new string('d', 64)}.txt"];
        foreach (var name in old.Select(name => $"cache/{name}").Concat(others).Append(written).Append(fresh))
        {
            File.SetLastWriteTimeUtc(folder.Write(name, "x"), DateTime.UtcNow.AddMinutes(name == fresh ? 0 : -5));
        }
        using (new FileStream(folder[written], FileMode.Open, FileAccess.Write, FileShare.None))
        {
            Write(0, 10);
            CacheFolder.Clear();
            Assert.Equal(others.Append(written).Append(fresh).Select(name => folder[name]).Order(), Directory.GetFiles(folder.Cache).Order());
        }
        Write(0, 10);
        Assert.False(File.Exists(folder[written]));
    }

    [Fact]
    public void No_two_temporary_names_are_equal() =>
        Assert.Equal(1000, Enumerable.Range(0, 1000).Select(_ => CacheFolder.TemporaryPath("", "x")).Distinct().Count());

    [Theory]
    [InlineData(null, 10_000_000_000)]
    [InlineData("0", 0)]
    [InlineData("12", 12)]
    [InlineData("500MB", 500_000_000)]
    [InlineData("3 kb", 3000)]
    [InlineData("999999999999TB", long.MaxValue)]
    public void A_limit_is_a_size(string? text, long bytes) => Assert.Equal(bytes, CacheLimit.Of(text));

    [Theory]
    [InlineData("-1")]
    [InlineData("1.5GB")]
    [InlineData("much")]
    [InlineData("1000000000000000000000")]
    public void Anything_else_is_no_limit(string text) =>
        Refusal.Is(InputKind.Usage, () => CacheLimit.Of(text), "TEXTVAE_CACHE_LIMIT", text, "10GB");

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void Without_a_home_the_cache_is_a_folder_that_is_the_users_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "knows the user's folder always");
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["tmp"]);
        using var home = new Variable("HOME", null);
        using var caches = new Variable("XDG_CACHE_HOME", null);
        using var cache = new Variable("TEXTVAE_CACHE", null);
        using var temporary = new Variable("TMPDIR", folder["tmp"]);
        var location = CacheFolder.Location;
        Assert.StartsWith(folder["tmp"], location, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(location));
        Assert.Equal(location, CacheFolder.Location);

        File.SetUnixFileMode(location, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherWrite);
        Refused(location, "mode 702");
        Directory.Delete(location);
        Directory.CreateDirectory(folder["elsewhere"]);
        File.CreateSymbolicLink(location, folder["elsewhere"]);
        Refused(location, "no folder");
        File.Delete(location);
        if (Environment.IsPrivilegedProcess)
        {
            PrivateFolder.Create(location);
            using var chown = Process.Start("chown", ["1000680000", location]); // as large as OpenShift's
            Assert.True(chown.WaitForExit(TimeSpan.FromMinutes(1)));
            Refused(location, "user 1000680000");
        }

        static void Refused(string location, string found) => Refusal.Is(InputKind.Data, () => _ = CacheFolder.List(), location, found, "mode 700");
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void A_folder_that_is_made_for_the_cache_is_the_users_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "has no such modes");
        using var folder = new TemporaryFolder();
        Write(0, 10);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder.Cache));
    }

    private static byte[] Key(int number) => DataCache.Key(number);

    private static string Write(int number, int bytes)
    {
        var path = DataCache.PathOf(Key(number), ".tokens");
        CacheFile.Write(path, Key(number), $"origin {number}", file => file.Write(new byte[bytes]), out _).Dispose();
        return path;
    }

    /// <summary>An environment variable for as long as this lives.</summary>
    private sealed class Variable : IDisposable
    {
        private readonly string _name;
        private readonly string? _before;

        public Variable(string name, string? value)
        {
            (_name, _before) = (name, Environment.GetEnvironmentVariable(name));
            Environment.SetEnvironmentVariable(name, value);
        }

        public void Dispose() => Environment.SetEnvironmentVariable(_name, _before);
    }
}
