using System.Text.Json;
using CsCheck;
using TextVae.Data;
using TextVae.Tests.Data;

namespace TextVae.Tests.Tables;

public class JsonLinesTests
{
    [Theory]
    [InlineData("""{"id":1,"tweet":"a"}""", null)] // the only string
    [InlineData("""{"lang":"en","text":"a","user":"x"}""", null)]
    [InlineData("""{"lang":"en","tweet":"\u0061"}""", "tweet")]
    [InlineData("""{"2":"a","text":"b"}""", "2")] // fields have no numbers
    public void The_field_is_the_one_asked_for_or_the_only_string_or_text(string line, string? field)
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(["a", "a"], Texts(folder.Write("a.jsonl", $"{line}\r\n\r\n{line}"), field));
        Assert.Equal(["a"], Texts(folder.Write("a.NDJSON", $"\ufeff{line}\n"), field));
    }

    [Fact]
    public void Any_text_is_read_back_and_null_is_an_empty_one()
    {
        using var folder = new TemporaryFolder();
        Gen.String[Gen.Char["ab\"\\\n\té"], 0, 8].Array[1, 20].Sample(texts =>
            Assert.Equal([.. texts.Select(text => text.Trim('\n')), ""], Texts(folder.Write("a.jsonl", string.Concat(texts.Append(null).Select(text => JsonSerializer.Serialize(new { text }) + "\n"))), "text")), iter: 100, threads: 1);
    }

    [Fact]
    public void The_first_object_says_which_field_for_all()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(["a", "b"], Texts(folder.Write("a.jsonl", """{"tweet":"a"}""" + "\n" + """{"text":"c","tweet":"b"}""")));
    }

    [Fact]
    public void A_malformed_line_is_refused_with_its_number_and_what_it_is()
    {
        using var folder = new TemporaryFolder();
        Refuse(folder, """{"text":"b" "x":1}""", "line 3", "no JSON at byte 12");
        Refuse(folder, """{"text":"b"}{"text":"c"}""", "line 3", "byte 12");
        Refuse(folder, """{"text":"b""", "line 3", "no JSON");
        Refuse(folder, """["b"]""", "line 3", "an array", "an object");
        Refuse(folder, "\"b\"", "line 3", "a string", "an object");
        Refuse(folder, """{"text":5}""", "line 3", "a number in 'text'", "a string");
        Refuse(folder, """{"text":{"text":"b"}}""", "line 3", "an object in 'text'");
        Refuse(folder, """{"Texts":"b","id":"c"}""", "line 3", "Texts, id", "'text'");
        Refuse(folder, """{}""", "line 3", "none", "'text'");
        Refuse(folder, """{"text":"b","text":"c"}""", "line 3", "text");
        Refuse(folder, """{"text":"\ud83d"}""", "line 3", "surrogate");
        Refuse(folder, """{"text":"b","\ud83d":1}""", "line 3", "surrogate", "field's name");
    }

    [Fact]
    public void A_choice_between_strings_is_left_to_the_user()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.jsonl", """{"id":1,"title":"a","body":"b"}""");
        Refusal.Is(InputKind.Data, () => _ = Texts(path).Count(), path, "line 1", "id, title, body", "or a choice of one");
        Refusal.Is(InputKind.Data, () => _ = Texts(path, "id").Count(), "line 1", "a number in 'id'");
    }

    private static IEnumerable<string> Texts(string path, string? column = null) => TextFile.Of(path).Texts(column);

    private static void Refuse(TemporaryFolder folder, string third, params string[] parts)
    {
        var path = folder.Write("a.jsonl", """{"text":"a"}""" + "\n\n" + third + "\n");
        Refusal.Is(InputKind.Data, () => _ = Texts(path).Count(), [path, .. parts]);
    }
}
