using System.Text;
using CsCheck;
using TextVae.Data;
using TextVae.Texts;

namespace TextVae.Tests.Data;

public class InvalidUtf8Tests
{
    [Theory]
    [InlineData("a.txt", "fine\nba!d\n\u00e9\U0001f600\n")]
    [InlineData("a.csv", "id,text\n1!,fine\n2,\"ba!d\"\n3,\u00e9\U0001f600\n")]
    [InlineData("a.csv", "text\nfine\nba!d\n\u00e9\U0001f600\n")]
    [InlineData("a.tsv", "id\ttext\n1!\tfine\n2\tba!d\n3\t\u00e9\U0001f600\n")]
    [InlineData("a.jsonl", "{\"id\":\"1!\",\"text\":\"fine\"}\n{\"text\":\"ba!d\"}\n{\"text\":\"\u00e9\U0001f600\"}\n")]
    public void Texts_are_mended_or_left_out_and_counted_and_other_columns_do_not_matter(string name, string content)
    {
        using var folder = new TemporaryFolder();
        foreach (var invalid in new byte[][] { [0xff], [0xe2, 0x82], [0xc3], [0] })
        {
            var path = folder.Write(name, [.. Bytes(content, invalid)]);
            Refusal.Is(InputKind.Data, () => _ = TextFile.Of(path).Texts(name == "a.txt" ? null : "text").Count(), path);
            Read(path, InvalidUtf8.Replace, ["fine", "ba\ufffdd", "é😀"], "1 texts with bytes that are no UTF-8 were read, with U+FFFD in their place");
            Read(path, InvalidUtf8.Skip, ["fine", "é😀"], "1 texts with bytes that are no UTF-8 were left out");
        }
    }

    [Fact]
    public void Running_text_loses_the_bytes_or_has_a_sign_in_their_place()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.txt", [0x61, 0xff, 0xfe, 0x62, 0xe2, 0x82]);
        var (replacing, skipping) = (TextFile.Of(path, InvalidUtf8.Replace), TextFile.Of(path, InvalidUtf8.Skip));
        Assert.Equal("a\ufffd\ufffdb\ufffd", string.Concat(replacing.Blocks()));
        Assert.Equal("ab", string.Concat(skipping.Blocks()));
        Assert.Equal($"{path}: 3 sequences of bytes that are no UTF-8 became U+FFFD each", Assert.Single(replacing.Notes));
        Assert.Equal($"{path}: 3 sequences of bytes that are no UTF-8 were left out", Assert.Single(skipping.Notes));
    }

    [Fact]
    public void Any_bytes_are_read_as_dotnet_reads_them()
    {
        using var folder = new TemporaryFolder();
        var bytes = Gen.OneOf(Gen.Byte.Where(value => value != '\r'), Gen.Byte[0x80, 0xff], Gen.OneOf<byte>(0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80, 0xed, 0xa0, (byte)'\n'));
        Gen.Select(bytes.Array[1, 60], Gen.OneOf(1, 65_500, 65_530, 65_536)).Sample((random, lead) =>
        {
            byte[] content = [.. Enumerable.Repeat((byte)'x', lead), .. random];
            var path = folder.Write("a.txt", content);
            var expected = Encoding.UTF8.GetString(content).Replace('\0', '\ufffd').Replace("\r\n", "\n", StringComparison.Ordinal);
            expected = expected.StartsWith('\ufeff') ? expected[1..] : expected;
            Assert.Equal(expected, string.Concat(TextFile.Of(path, InvalidUtf8.Replace).Blocks()));
        }, iter: 300, threads: 1);
    }

    [Fact]
    public void A_corpus_says_what_it_mended_also_from_the_cache_which_knows_one_way_from_another()
    {
        using var folder = new TemporaryFolder();
        folder.Write("train.txt", [.. "abc\nb"u8, 0xff, .. "c\n"u8, 0xfe, .. "\n"u8]);
        folder.Write("valid.txt", "ab\n");
        for (var time = 0; time < 2; time++)
        {
            Refusal.Is(InputKind.Data, () => Load(InvalidUtf8.Fail), "train.txt: line 2", "0xff");
            Assert.Equal(["train.txt: 2 texts with bytes that are no UTF-8 were read, with U+FFFD in their place", "abc", "b\ufffdc", "\ufffd"], Load(InvalidUtf8.Replace));
            Assert.Equal(["train.txt: 2 texts with bytes that are no UTF-8 were left out", "abc"], Load(InvalidUtf8.Skip));
        }

        string[] Load(InvalidUtf8 fate)
        {
            using var corpus = Corpus.Load(new DataConfig { Length = 16, InvalidUtf8 = fate }, [folder.Path]);
            return [.. corpus.Notes.Select(note => note.Replace(folder.Path + Path.DirectorySeparatorChar, "", StringComparison.Ordinal)), .. CorpusTests.Texts(corpus, corpus.Train)];
        }
    }

    [Fact]
    public void Windows_are_of_mended_text()
    {
        using var folder = new TemporaryFolder();
        folder.Write("train.txt", [.. "abcdefgh"u8, 0xff, .. "ijkl"u8]);
        folder.Write("valid.txt", "abcdefghijkl");
        using var corpus = Corpus.Load(new DataConfig { Texts = TextKind.Windows, Length = 12, InvalidUtf8 = InvalidUtf8.Skip }, [folder.Path]);
        Assert.Equal(["abcdefghijkl"], CorpusTests.Texts(corpus, corpus.Train));
        Assert.Contains("1 sequences of bytes", Assert.Single(corpus.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_recipe_says_it()
    {
        var recipe = RecipeFile.Load("small", ["data.invalidUtf8=skip"]);
        Assert.Equal(InvalidUtf8.Skip, recipe.Data.InvalidUtf8);
        Assert.Contains("\"invalidUtf8\": \"skip\"", RecipeFile.ToJson(recipe), StringComparison.Ordinal);
        Assert.Equal(InvalidUtf8.Fail, RecipeFile.Load("small").Data.InvalidUtf8);
        Refusal.Is(InputKind.Usage, () => RecipeFile.Load("small", ["data.invalidUtf8=ignore"]), "data.invalidUtf8", "ignore");
    }

    private static void Read(string path, InvalidUtf8 fate, string[] expected, string note)
    {
        var file = TextFile.Of(path, fate);
        Assert.Equal(expected, file.Texts(file.HasColumns ? "text" : null));
        Assert.Equal($"{path}: {note}", Assert.Single(file.Notes));
    }

    private static IEnumerable<byte> Bytes(string text, byte[] invalid) =>
        Encoding.UTF8.GetBytes(text).SelectMany(value => value == '!' ? invalid : [value]);
}
