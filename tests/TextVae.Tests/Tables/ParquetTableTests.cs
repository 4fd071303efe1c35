using CsCheck;
using Parquet;
using Parquet.Schema;
using TextVae.Data;
using TextVae.Tests.Data;
using TextVae.Texts;

namespace TextVae.Tests.Tables;

public class ParquetTableTests
{
    [Fact]
    public async Task Texts_come_from_all_row_groups_whatever_the_compression()
    {
        using var folder = new TemporaryFolder();
        foreach (var compression in Enum.GetValues<CompressionMethod>().Where(method => method.ToString() is not ("Lzo" or "LZ4")))
        {
            var path = await Write(folder, "text", compression, ["a", "", "two\nlines"], [null, "é😀", "a"]);
            Assert.Equal(["a", "", "two\nlines", "", "é😀", "a"], Texts(path));
            Assert.Equal("a\n\ntwo\nlines\n\né😀\na\n", string.Concat(TextFile.Of(path).Blocks()));
        }
    }

    [Fact]
    public async Task The_column_is_the_one_asked_for_or_the_only_one_of_strings()
    {
        using var folder = new TemporaryFolder();
        var path = await Write(folder, "tweet", CompressionMethod.Snappy, ["a"]);
        Assert.Equal(["a"], Texts(path));
        Assert.Equal(["a"], Texts(path, "tweet"));
        Refusal.Is(InputKind.Data, () => _ = Texts(path, "text").Count(), path, "id, tweet", "'text'");
        Refusal.Is(InputKind.Data, () => _ = Texts(path, "id").Count(), path, "no strings in column 'id'");
    }

    [Fact]
    public async Task Bytes_that_are_no_UTF_8_are_refused_with_their_row()
    {
        using var folder = new TemporaryFolder();
        var bytes = await File.ReadAllBytesAsync(await Write(folder, "text", CompressionMethod.None, ["fine", "middle", "word"], ["later"]));
        bytes[bytes.AsSpan().IndexOf("middle"u8) + 2] = 0xff;
        Refusal.Is(InputKind.Data, () => _ = Texts(folder.Write("bad.parquet", bytes)).Count(), "bad.parquet: row 2", "no UTF-8");
        Assert.Equal(["fine", "mi\ufffddle", "word", "later"], TextFile.Of(folder["bad.parquet"], InvalidUtf8.Replace).Texts());
        Assert.Equal(["fine", "word", "later"], TextFile.Of(folder["bad.parquet"], InvalidUtf8.Skip).Texts());
    }

    [Fact]
    public async Task A_damaged_or_truncated_file_is_refused()
    {
        using var folder = new TemporaryFolder();
        var whole = await File.ReadAllBytesAsync(await Write(folder, "text", CompressionMethod.Snappy, [.. Enumerable.Range(0, 200).Select(i => $"text {i}")]));
        Refuse(folder.Write("empty.parquet", ""));
        Refuse(folder.Write("text.parquet", "just text, and much of it"));
        Gen.Int[0, whole.Length - 1].Sample(length => Refuse(folder.Write("cut.parquet", whole[..length])), iter: 60, threads: 1);
        var footer = whole.Length - 8 - BitConverter.ToInt32(whole, whole.Length - 8); // damaged in there, it may keep Parquet.Net busy for ever
        Gen.Select(Gen.Int[0, footer - 1], Gen.Byte).Sample((place, value) =>
        {
            var damaged = (byte[])whole.Clone();
            damaged[place] = value;
            try
            {
                _ = Texts(folder.Write("damaged.parquet", damaged)).Count(); // Parquet has no sums: a letter may have changed
            }
            catch (InvalidInputException e)
            {
                Assert.StartsWith(folder["damaged.parquet"], e.Message, StringComparison.Ordinal);
            }
        }, iter: 200, threads: 1);
        Refusal.Is(InputKind.Data, () => _ = Texts(folder.Write("a.parquet.gz", TemporaryFolder.Gzip("PAR1"))).Count(), "a.parquet.gz", "compressed within");
    }

    private static IEnumerable<string> Texts(string path, string? column = null) => TextFile.Of(path).Texts(column);

    private static void Refuse(string path) => Refusal.Is(InputKind.Data, () => _ = Texts(path).Count(), path, "found damaged or truncated data", ".parquet");

    /// <summary>A file with the columns <c>id</c> and another, one row group for each list of texts.</summary>
    private static async Task<string> Write(TemporaryFolder folder, string column, CompressionMethod compression, params string?[][] groups)
    {
        var (id, text) = (new DataField<int>("id"), new DataField<string>(column));
        using var stream = new MemoryStream();
        await using (var writer = await ParquetWriter.CreateAsync(new ParquetSchema(id, text), stream, new ParquetOptions { CompressionMethod = compression }))
        {
            foreach (var texts in groups)
            {
                using var group = writer.CreateRowGroup();
                await group.WriteAsync<int>(id, Enumerable.Range(0, texts.Length).ToArray());
                await group.WriteAsync(text, texts);
            }
        }
        return folder.Write("texts.parquet", stream.ToArray());
    }
}
