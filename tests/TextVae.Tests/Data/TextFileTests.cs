using CsCheck;
using TextVae.Data;

namespace TextVae.Tests.Data;

public class TextFileTests
{
    [Theory]
    [InlineData("a\nb\n")]
    [InlineData("a\nb")]
    [InlineData("a\r\nb\r\n")]
    [InlineData("\ufeffa\r\nb")]
    public void Lines_come_without_their_ends(string text)
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(["a", "b"], Lines(folder.Write("a.txt", text)));
        Assert.Equal(["a", "b"], Lines(folder.Write("a.txt.gz", TemporaryFolder.Gzip(text))));
    }

    [Fact]
    public void Running_text_keeps_its_line_ends_as_LF()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal("a\n\nb\rc\n", string.Concat(Blocks(folder.Write("a.txt", "\ufeffa\r\n\r\nb\rc\n"))));
    }

    [Fact]
    public void Characters_and_line_ends_across_blocks_stay_whole()
    {
        using var folder = new TemporaryFolder();
        Gen.Int[65_520, 65_540].Sample(n =>
        {
            var text = new string('x', n) + "\r\n😀é\r\n" + new string('y', n) + "é😀";
            var path = folder.Write("a.txt", text);
            Assert.Equal(text.Split("\r\n"), Lines(path));
            Assert.Equal(text.Replace("\r\n", "\n", StringComparison.Ordinal), string.Concat(Blocks(path)));
            Assert.All(Blocks(path), block => Assert.False(char.IsLowSurrogate(block[0])));
        }, iter: 30, threads: 1);
    }

    [Fact]
    public void What_is_no_text_file_is_refused_with_its_place()
    {
        using var folder = new TemporaryFolder();
        Refuse(folder["none.txt"], "no such file");
        Refuse(folder["none/none.txt"], "no such file");
        Refuse(folder.Path, "found a folder");
        Refuse(folder.Write("empty.txt", ""), "found nothing");
        Refuse(folder.Write("nul.txt", "ab\ncd\0"), "line 2, byte offset 5", "NUL");
        Refuse(folder.Write("latin.txt", [0x61, 0x0a, 0x0a, 0xe9, 0x20]), "line 3, byte offset 3", "0xe9", "UTF-8");
        Refuse(folder.Write("cut.txt", [0x61, 0xf0, 0x9f, 0x98]), "line 1, byte offset 1", "0xf0");
        Refuse(folder.Write("late.txt", [.. Enumerable.Repeat((byte)'\n', 70_000), 0xff]), "line 70001, byte offset 70000");
    }

    [Fact]
    public async Task What_can_be_read_only_once_is_read_once_but_never_hashed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "has no such files in folders");
        using var folder = new TemporaryFolder();
        var pipe = folder.WritePipe("pipe");
        foreach (var path in new[] { pipe, "/dev/zero" })
        {
            Refusal.Is(InputKind.Data, () => TextFile.Of(path).Hash(null), $"{path}: found a pipe, a device or a socket; expected a plain file, as it is read more than once; standard input (-) may be a pipe");
        }
        Refusal.Is(InputKind.Data, () => TextFile.Of(folder.WritePipe("pipe.zip")), "pipe.zip: found a pipe");
        Refusal.Is(InputKind.Data, () => TextFile.Of("/proc/self/mem").Hash(null), "/proc/self/mem: cannot be read");
        var writing = Task.Run(() => File.WriteAllText(pipe, "a\nb\n"), TestContext.Current.CancellationToken);
        Assert.Equal(["a", "b"], TextFile.Of(pipe).Texts());
        await writing;
    }

    [Fact]
    public void A_damaged_gzip_file_is_refused()
    {
        using var folder = new TemporaryFolder();
        var text = string.Concat(Enumerable.Range(0, 9999));
        var whole = TemporaryFolder.Gzip(text);
        Refuse(folder.Write("plain.gz", "just text"), ".gz file");
        Refuse(folder.Write("header.gz", whole[..5]), ".gz file");
        Refuse(folder.Write("empty.gz", ""), "found nothing");
        Gen.Int[10, whole.Length - 1].Sample(length => Refuse(folder.Write("cut.gz", whole[..length]), ".gz file"), iter: 50, threads: 1);
        Gen.Int[10, whole.Length - 1].Sample(place =>
        {
            var damaged = (byte[])whole.Clone();
            damaged[place] ^= 0x10;
            var path = folder.Write("damaged.gz", damaged);
            try
            {
                Assert.Equal([text], Lines(path).ToArray()); // a bit that means nothing
            }
            catch (InvalidInputException)
            {
                Refuse(path, "expected");
            }
        }, iter: 200, threads: 1);
    }

    [Fact]
    public void A_line_of_17_million_characters_is_no_short_text()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.txt", [(byte)'a', (byte)'\n', .. Enumerable.Repeat((byte)'x', 17 << 20)]);
        Refusal.Is(InputKind.Data, () => _ = Lines(path).Count(), path, "line 2", "16,777,216");
        Assert.Equal((17 << 20) + 2, Blocks(path).Sum(block => block.Length));
    }

    private static IEnumerable<string> Lines(string path) => TextFile.Of(path).Texts();

    private static IEnumerable<string> Blocks(string path) => TextFile.Of(path).Blocks();

    private static void Refuse(string path, params string[] parts)
    {
        Refusal.Is(InputKind.Data, () => _ = Lines(path).Count(), [path, .. parts]);
        Refusal.Is(InputKind.Data, () => _ = Blocks(path).Count(), [path, .. parts]);
    }
}
