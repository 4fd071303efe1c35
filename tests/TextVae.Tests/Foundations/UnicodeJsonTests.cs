using System.Text;
using System.Text.Json;
using TextVae.Models;
using TextVae.Storage;
using TextVae.Tests.Data;

namespace TextVae.Tests.Foundations;

public class UnicodeJsonTests
{
    public static TheoryData<string, string> Halves => new()
    {
        { """{ "\ud800": 1 }""", "line 1, byte 3: found half of a surrogate pair" },
        { "{\n  \"kind\": \"\\udc00\" }", "line 2, byte 11: found half of a surrogate pair" },
        { "[1, // one\n {\"a\": [\"\\ud83d\\u0061\"]},\n]", "line 2, byte 9: found half of a surrogate pair" },
    };

    [Theory]
    [MemberData(nameof(Halves))]
    public void Half_of_a_surrogate_pair_is_found_where_it_stands(string json, string fault) =>
        Assert.Equal(fault, JsonFault.Malformed(Assert.ThrowsAny<JsonException>(() => UnicodeJson.Require(Encoding.UTF8.GetBytes(json)))));

    [Theory]
    [InlineData("""{ "\ud83d\ude00": "\u0061" }""")]
    [InlineData("\"😀 \\\\ud800\"")]
    public void Whole_pairs_are_none(string json) => UnicodeJson.Require(Encoding.UTF8.GetBytes(json));

    [Theory]
    [MemberData(nameof(Halves))]
    public void It_is_refused_in_one_line_wherever_JSON_is_read(string json, string fault)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("x.json", json);
        Refusal.Is(InputKind.RunFolder, () => JsonFile.Read<ModelFile>(path), path, fault);
        Refusal.Is(InputKind.Usage, () => RecipeFile.Load(path), path, fault);
        Refusal.Is(InputKind.Usage, () => RecipeFile.Load("small", [$"objective.kl={json}"]), "objective.kl");
    }
}
