using System.Text.Json;
using CsCheck;
using TextVae.Data;
using TextVae.Tests.Data;
using TextVae.Texts;

namespace TextVae.Tests.Tables;

public class JsonValuesTests
{
    [Theory]
    [InlineData("""["a","b\u00e9"]""", null)]
    [InlineData("\ufeff \n [ \"a\",\r\n \"b\u00e9\" ]\n", null)]
    [InlineData("""[{"id":1,"tweet":"a"},{"id":2,"tweet":"b\u00e9"}]""", null)]
    [InlineData("""[{"lang":"en","Tweet":"a"},{"Tweet":"b\u00e9","lang":"en"}]""", "tweet")]
    [InlineData("{\"text\":\"a\"}\n{\"text\":\"b\u00e9\"}\n", null)] // JSON Lines under that name
    [InlineData("{\n  \"text\": \"a\"\n}\n{\n  \"text\": \"b\u00e9\"\n}", null)] // as jq prints them
    [InlineData("\"a\"\n\"b\u00e9\"\n", null)]
    public void An_array_or_values_one_after_the_other_are_read_as_what_they_hold(string json, string? column)
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(["a", "bé"], Texts(folder.Write("a.json", json), column));
        Assert.Equal(["a", "bé"], Texts(folder.Write("a.JSON.gz", TemporaryFolder.Gzip(json)), column));
    }

    [Fact]
    public void Any_text_is_read_back_whatever_blocks_it_comes_in()
    {
        using var folder = new TemporaryFolder();
        Gen.Select(Gen.String[Gen.Char["ab\"\\\té"], 0, 8].Array[1, 20], Gen.OneOf(0, 65_500, 65_530)).Sample((texts, lead) =>
        {
            string[] all = [new string('x', lead), .. texts, ""];
            Assert.Equal(all, Texts(folder.Write("a.json", JsonSerializer.Serialize(all))));
        }, iter: 50, threads: 1);
    }

    [Fact]
    public void What_is_no_text_is_refused_with_its_place()
    {
        using var folder = new TemporaryFolder();
        Refuse("""["a",5]""", null, "item 2", "a number", "a string or an object");
        Refuse("""["a",["b"]]""", null, "item 2", "an array");
        Refuse("""["a","b"]""", "text", "item 1", "a string", "an object with 'text'");
        Refuse("""[{"text":"a"},{"id":"b"}]""", null, "item 2", "columns id", "'text'");
        Refuse("""[{"a":"a","b":"b"}]""", null, "item 1", "a, b", "a choice of one");
        Refuse("""[{"text":"a","text":"b"}]""", null, "item 1", "'text' twice");
        Refuse("""["\ud83d"]""", null, "item 1", "surrogate");
        Refuse("[\"a\",\n\"b\"", null, "line 2", "no JSON", "an array of strings or objects");
        Refuse("just text\n", null, "line 1", "no JSON");
        Refuse("", null, "found nothing");

        void Refuse(string json, string? column, params string[] parts) =>
            Refusal.Is(InputKind.Data, () => _ = Texts(folder.Write("a.json", json), column).Count(), ["a.json: ", .. parts]);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_mended()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.json", [.. "[\"a\",\"b"u8, 0xff, .. "\"]"u8]);
        Refusal.Is(InputKind.Data, () => _ = Texts(path).Count(), "line 1, byte offset 7", "0xff");
        Assert.Equal(["a", "b\ufffd"], TextFile.Of(path, InvalidUtf8.Replace).Texts());
        Assert.Equal(["a"], TextFile.Of(path, InvalidUtf8.Skip).Texts());
    }

    [Fact]
    public void A_name_that_says_nothing_is_looked_into()
    {
        using var folder = new TemporaryFolder();
        const string Lines = "{\"text\":\"a\"}\n{\"text\":\"b\"}\n";
        Assert.Equal(["a", "b"], Texts(folder.Write("records", Lines)));
        Assert.Equal(["a", "b"], Texts(folder.Write("records.dat.gz", TemporaryFolder.Gzip(Lines))));
        Assert.Equal(2, Texts(folder.Write("a.log", Lines)).Count(text => text[0] == '{')); // a name that says lines
        Assert.Equal(["[a]", "{b}"], Texts(folder.Write("lines", "[a]\n{b}\n")));
        Assert.Equal(["a", "b"], Texts(folder.Write("a.TAB", "id\ttext\n1\ta\n2\tb\n")));
    }

    private static IEnumerable<string> Texts(string path, string? column = null) => TextFile.Of(path).Texts(column);
}
