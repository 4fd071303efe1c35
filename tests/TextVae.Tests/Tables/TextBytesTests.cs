using System.Text;
using CsCheck;
using TextVae.Data;
using TextVae.Tests.Data;
using TextVae.Texts;

namespace TextVae.Tests.Tables;

public class TextBytesTests
{
    private static readonly string[] Formats = ["é{0}ü–{0}", "id,text{0}1,é{0}2,ü–{0}", "id\ttext{0}1\té{0}2\tü–{0}", "{{\"text\":\"é\"}}{0}{{\"text\":\"ü–\"}}{0}", "[\"é\",{0}\"ü–\"]"];
    private static readonly string[] Names = ["a.txt", "a.csv", "a.tsv", "a.jsonl", "a.json"];

    [Theory]
    [InlineData("windows-1252")]
    [InlineData("utf-8")]
    [InlineData("utf-16le")]
    [InlineData("utf-16be")]
    [InlineData("utf-16")]
    [InlineData("utf-32")]
    public void Every_format_is_read_in_the_encoding_that_is_named(string encoding)
    {
        using var folder = new TemporaryFolder();
        foreach (var (name, format) in Names.Zip(Formats))
        {
            foreach (var end in new[] { "\n", "\r\n", "\r" })
            {
                var path = folder.Write(name, Named(encoding).GetBytes(string.Format(null, format, end)));
                Assert.Equal(["é", "ü–"], TextFile.Of(path, encoding: encoding).Texts());
            }
        }
    }

    [Fact]
    public void A_byte_order_mark_says_the_encoding_and_line_ends_may_be_carriage_returns()
    {
        using var folder = new TemporaryFolder();
        foreach (var encoding in new[] { Encoding.UTF8, Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF32 })
        {
            foreach (var (name, format) in Names.Zip(Formats))
            {
                var path = folder.Write(name, [.. encoding.GetPreamble(), .. encoding.GetBytes(string.Format(null, format, "\r"))]);
                Assert.Equal(["é", "ü–"], TextFile.Of(path).Texts());
            }
        }
        Assert.Equal(["é", "ü–"], TextFile.Of(folder.Write("a.txt.gz", TemporaryFolder.Gzip("é\rü–"))).Texts());
        Assert.Equal(["10%\r100%", "done"], TextFile.Of(folder.Write("b.txt", "10%\r100%\ndone\n")).Texts()); // where there are others, it is a character
    }

    [Fact]
    public void Text_of_any_length_is_what_it_is_in_utf_8()
    {
        using var folder = new TemporaryFolder();
        Gen.Select(Gen.Int[0, 40], Gen.OneOf(0, 32_750, 65_520)).Sample((n, lead) =>
        {
            var text = new string('x', lead) + string.Concat(Enumerable.Repeat("aé😀\n", n)) + "end";
            Assert.Equal(text.Split('\n'), TextFile.Of(folder.Write("a.txt", [0xff, 0xfe, .. Encoding.Unicode.GetBytes(text)])).Texts());
        }, iter: 30, threads: 1);
    }

    [Fact]
    public void Bytes_of_another_encoding_are_refused_with_its_likely_name()
    {
        using var folder = new TemporaryFolder();
        Refuse(Named("windows-1252").GetBytes("ab\ncafé\n"), null, "line 2, byte offset 6", "0xe9", "looks like windows-1252");
        Refuse(Encoding.Unicode.GetBytes("Some text\nand more\n"), null, "NUL", "looks like utf-16le");
        Refuse(Encoding.BigEndianUnicode.GetBytes("Some text\nand more\n"), null, "NUL", "looks like utf-16be");
        Refuse([.. "é a\n"u8, 0xff, (byte)'\n'], null, "line 2, byte offset 5", "0xff, expected UTF-8 text");
        Refuse([0xd8, 0xd8, 0xd8], "utf-16le", "no text in the encoding");
        Assert.Equal("data.encoding is klingon", Assert.Throws<InvalidInputException>(() => TextFile.Of("a.txt", encoding: "klingon")).Message.Split(';')[0]);
        Assert.Equal(["a\ufffd"], TextFile.Of(folder.Write("a.txt", [0x61, 0, 0, 0xd8]), InvalidUtf8.Replace, "utf-16le").Texts());

        void Refuse(byte[] bytes, string? encoding, params string[] parts) =>
            Refusal.Is(InputKind.Data, () => _ = TextFile.Of(folder.Write("a.txt", bytes), encoding: encoding).Texts().Count(), ["a.txt: ", .. parts]);
    }

    [Fact]
    public void What_is_no_text_is_called_what_it_is_whatever_its_name()
    {
        using var folder = new TemporaryFolder();
        Refuse(TemporaryFolder.Gzip("a text\n"), "gzip data", ".gz");
        Refuse([.. "PK\x3\x4"u8, 0, 0xff], "a zip archive, which Excel", "CSV");
        Refuse([.. "%PDF-1.7\n"u8], "a PDF document");
        Refuse([.. "PAR1"u8, 0x15, 0], "Parquet", ".parquet");
        Refuse([.. "BZh91AY&SY"u8, 0xff], "bzip2 data");
        Refuse([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], "xz data");
        Refuse([.. new byte[257], .. "ustar\0"u8], "a tar archive", ".tar.gz");
        Assert.Equal(["PAR1 is a name", "BZh"], TextFile.Of(folder.Write("a.txt", "PAR1 is a name\nBZh\n")).Texts());

        void Refuse(byte[] bytes, params string[] parts) =>
            Refusal.Is(InputKind.Data, () => _ = TextFile.Of(folder.Write("a.txt", bytes), InvalidUtf8.Replace).Texts().Count(), ["a.txt: found ", .. parts]);
    }

    [Fact]
    public void The_encoding_is_part_of_what_the_texts_are_and_the_cache_knows_it()
    {
        using var folder = new TemporaryFolder();
        folder.Write("train.txt", Named("windows-1252").GetBytes("é a\n"));
        folder.Write("valid.txt", "a\n");
        string Load(string? encoding, out string fingerprint)
        {
            using var corpus = Corpus.Load(new DataConfig { Length = 16, Encoding = encoding }, [folder.Path]);
            fingerprint = corpus.Fingerprint;
            return Assert.Single(CorpusTests.Texts(corpus, corpus.Train));
        }
        Assert.Equal(("é a", "Ж a"), (Load("windows-1252", out var western), Load("ISO-8859-5", out var cyrillic).Replace('щ', 'Ж')));
        Assert.NotEqual(western, cyrillic);
        folder.Write("train.txt", "é a\n");
        Assert.Equal(("é a", "é a"), (Load(null, out var none), Load("UTF-8", out var named)));
        Assert.Equal(none, named);
    }

    private static Encoding Named(string name) => CodePagesEncodingProvider.Instance.GetEncoding(name) ?? (name == "utf-8" ? new UTF8Encoding(false) : Encoding.GetEncoding(name));
}
