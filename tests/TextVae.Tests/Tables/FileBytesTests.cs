using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using CsCheck;
using ICSharpCode.SharpZipLib.BZip2;
using TextVae.Data;
using TextVae.Tests.Data;
using ZstdSharp;

namespace TextVae.Tests.Tables;

public class FileBytesTests
{
    private static readonly string Lines = string.Concat(Enumerable.Range(0, 300).Select(i => $"text number {i * i}\n"));

    [Fact]
    public void Every_format_of_text_may_be_compressed_in_every_way()
    {
        using var folder = new TemporaryFolder();
        foreach (var (name, contents) in new[] { ("a.txt", "a\nb\n"), ("a.csv", "id,text\n1,a\n2,b\n"), ("a.tsv", "id\ttext\n1\ta\n2\tb\n"), ("a.jsonl", "{\"text\":\"a\"}\n{\"text\":\"b\"}") })
        {
            foreach (var path in Compressed(folder, name, contents))
            {
                Assert.Equal(["a", "b"], TextFile.Of(path).Texts());
            }
        }
    }

    [Fact]
    public void An_archive_s_file_says_its_format_and_there_is_one()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(["a"], TextFile.Of(folder.Write("a.zip", Zip(("folder/", ""), ("folder/b.csv", "id,text\n1,a\n"), ("__MACOSX/folder/._b.csv", "\0")))).Texts());
        Refusal.Is(InputKind.Data, () => TextFile.Of(folder.Write("two.zip", Zip(("b.csv", "a"), ("c.txt", "b")))), "two.zip", "2 files (b.csv, c.txt)", "one file");
        Refusal.Is(InputKind.Data, () => TextFile.Of(folder.Write("none.zip", Zip(("folder/", "")))), "none.zip", "no file");
        Refusal.Is(InputKind.Data, () => TextFile.Of(folder["missing.zip"]), "missing.zip", "no such file");
        Refusal.Is(InputKind.Data, () => TextFile.Of(folder.Write("text.zip", "just text")), "text.zip", "a whole .zip file");
        Refusal.Is(InputKind.Data, () => _ = TextFile.Of(folder.Write("empty.zip", Zip(("a.txt", "")))).Texts().Count(), "empty.zip", "found nothing");
    }

    [Fact]
    public void A_tar_archive_of_one_file_is_read_plain_or_compressed()
    {
        using var folder = new TemporaryFolder();
        var tar = Tar(("folder/._b.csv", "\0"), ("folder/b.csv", "id,text\n1,a\n2,b\n"));
        foreach (var path in new[] { folder.Write("a.tar", tar), folder.Write("a.tar.gz", Gzip(tar)), folder.Write("a.TGZ", Gzip(tar)), folder.Write("a.tar.bz2", Bzip2(tar)) })
        {
            Assert.Equal(["a", "b"], TextFile.Of(path).Texts());
        }
        var two = Tar(("b.txt", "a\n"), ("c.txt", "b\n"));
        Refusal.Is(InputKind.Data, () => _ = TextFile.Of(folder.Write("two.tgz", Gzip(two))).Texts().Count(), "two.tgz", "several files (b.txt, c.txt)", "one file");
        Refusal.Is(InputKind.Data, () => TextFile.Of(folder.Write("none.tar", Tar())), "none.tar", "no file");
        Refusal.Is(InputKind.Data, () => TextFile.Of(folder.Write("text.tar", "just text")), "text.tar", "a whole .tar file");
        Refusal.Is(InputKind.Data, () => _ = TextFile.Of(folder.Write("cut.tar.gz", Gzip(tar)[..^20])).Texts().Count(), "cut.tar.gz", "a whole .gz file");
    }

    [Fact]
    public void Xz_is_read_and_one_that_is_cut_is_refused()
    {
        using var folder = new TemporaryFolder();
        var whole = Convert.FromBase64String("/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQADYQpiCgBEjiy1raDNrAABHARvLJzBH7bzfQEAAAAABFla"); // "a\nb\n", by xz
        Assert.Equal(["a", "b"], TextFile.Of(folder.Write("a.txt.xz", whole)).Texts());
        for (var length = 1; length < whole.Length; length++)
        {
            Refusal.Is(InputKind.Data, () => _ = TextFile.Of(folder.Write("cut.xz", whole[..length])).Texts().Count(), "cut.xz", "expected a whole .xz file");
        }
    }

    [Fact]
    public void Several_compressed_streams_one_after_the_other_are_one_text()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(["a", "b"], TextFile.Of(folder.Write("a.gz", [.. TemporaryFolder.Gzip("a\n"), .. TemporaryFolder.Gzip("b\n")])).Texts());
        Assert.Equal(["a", "b"], TextFile.Of(folder.Write("a.zst", [.. Zstandard("a\n"), .. Zstandard("b\n")])).Texts());
    }

    [Fact]
    public void A_compressed_file_that_is_cut_at_any_byte_is_refused()
    {
        using var folder = new TemporaryFolder();
        foreach (var path in Compressed(folder, "a.txt", Lines))
        {
            var whole = File.ReadAllBytes(path);
            Assert.InRange(whole.Length, 500, 5000);
            for (var length = 0; length < whole.Length; length++)
            {
                Refusal.Is(InputKind.Data, () => _ = TextFile.Of(folder.Write($"cut{Path.GetExtension(path)}", whole[..length])).Texts().Count(), "cut", length == 0 ? "found" : $"expected a whole {Path.GetExtension(path).ToLowerInvariant()} file");
            }
        }
    }

    [Fact]
    public void A_compressed_file_in_which_a_bit_changed_is_refused_or_reads_the_same()
    {
        using var folder = new TemporaryFolder();
        foreach (var path in Compressed(folder, "a.txt", Lines))
        {
            var whole = File.ReadAllBytes(path);
            Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Int[0, 7]).Sample((place, bit) =>
            {
                var damaged = (byte[])whole.Clone();
                damaged[place] ^= (byte)(1 << bit);
                try
                {
                    Assert.Equal(Lines, string.Concat(TextFile.Of(folder.Write($"bad{Path.GetExtension(path)}", damaged)).Blocks()));
                }
                catch (InvalidInputException e)
                {
                    Assert.StartsWith(folder["bad"], e.Message, StringComparison.Ordinal);
                }
            }, iter: 300, threads: 1);
        }
    }

    private static IEnumerable<string> Compressed(TemporaryFolder folder, string name, string text) =>
    [
        folder.Write($"{name}.gz", TemporaryFolder.Gzip(text)),
        folder.Write($"{name}.bz2", Bzip2(Encoding.UTF8.GetBytes(text))),
        folder.Write($"{name}.ZST", Zstandard(text)),
        folder.Write($"{name}.zip", Zip((name, text))),
    ];

    private static byte[] Zstandard(string text)
    {
        using var compressor = new Compressor();
        compressor.SetParameter(ZstdSharp.Unsafe.ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
        return compressor.Wrap(Encoding.UTF8.GetBytes(text)).ToArray();
    }

    private static byte[] Bzip2(byte[] bytes)
    {
        using var stream = new MemoryStream();
        using (var bzip2 = new BZip2OutputStream(stream) { IsStreamOwner = false })
        {
            bzip2.Write(bytes);
        }
        return stream.ToArray();
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Optimal))
        {
            gzip.Write(bytes);
        }
        return stream.ToArray();
    }

    private static byte[] Tar(params (string Name, string Text)[] files)
    {
        using var stream = new MemoryStream();
        using (var archive = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var (name, text) in files)
            {
                archive.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
            }
        }
        return stream.ToArray();
    }

    private static byte[] Zip(params (string Name, string Text)[] files)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create))
        {
            foreach (var (name, text) in files)
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(text));
            }
        }
        return stream.ToArray();
    }
}
