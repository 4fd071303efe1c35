using System.Text;
using TextVae.Tests.Data;
using TextVae.Tokenizers;

namespace TextVae.Tests.Tokenizers;

public class VocabularyTests
{
    [Fact]
    public void Special_tokens_are_found_by_their_names()
    {
        var vocabulary = new Vocabulary(["<pad>", "<unk>", "<end>", "a"]);
        Assert.Equal((4, 0, 1, 2), (vocabulary.Count, vocabulary.PadId, vocabulary.UnknownId, vocabulary.EndId));
        Assert.True(vocabulary.TryGetId("a", out var id));
        Assert.Equal(3, id);
        Assert.False(vocabulary.TryGetId("b", out _));
        Assert.Null(new Vocabulary(["<pad>", "a"]).UnknownId);
    }

    [Fact]
    public void A_written_vocabulary_loads_again()
    {
        using var folder = new TemporaryFolder();
        string[] tokens = ["<pad>", "\"", "\\", "\n", "é", "😀", "\u0001", "\u2028", "<", "word"];
        using (var file = File.Create(folder["vocabulary.json"]))
        {
            new Vocabulary(tokens).Write(file);
        }
        Assert.Equal(tokens, Vocabulary.Load(folder["vocabulary.json"]).Tokens);
    }

    [Theory]
    [InlineData("", "line 1")]
    [InlineData("[\"<pad>\",\n\"a\"", "line 2")]
    [InlineData("{}", "Object")]
    [InlineData("[\"<pad>\", 7]", "token 1: found 7")]
    [InlineData("[\"<pad>\", null]", "token 1")]
    [InlineData("[\"<pad>\", [\"a\"]]", "token 1")]
    [InlineData("[\"<pad>\", \"\\ud800\"]", "token 1")]
    [InlineData("[\"<pad>\", \"\"]", "token 1: found an empty token")]
    [InlineData("[\"<pad>\", \"a\", \"a\"]", "token 2: found \"a\", which is token 1 already")]
    [InlineData("[\"a\", \"<pad>\"]", "token 0: found \"a\", expected \"<pad>\"")]
    [InlineData("[]", "found 0 tokens")]
    [InlineData("[\"<pad>\"] x", "line 1")]
    public void A_malformed_vocabulary_is_refused_with_its_place(string json, string place)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("vocabulary.json", json);
        Refusal.Is(InputKind.RunFolder, () => Vocabulary.Load(path), path, place, "expected");
    }

    [Fact]
    public void A_missing_or_oversized_vocabulary_is_refused()
    {
        using var folder = new TemporaryFolder();
        Refusal.Is(InputKind.RunFolder, () => Vocabulary.Load(folder["none.json"]), "none.json", "expected a vocabulary");
        var big = folder.Write("big.json", new byte[(16 << 20) + 1]);
        Refusal.Is(InputKind.RunFolder, () => Vocabulary.Load(big), big, "16,777,217 bytes");
        var many = folder.Write("many.json", Encoding.UTF8.GetBytes("[\"<pad>\"" + string.Concat(Enumerable.Range(0, 65_536).Select(i => $",\"{i}\"")) + "]"));
        Refusal.Is(InputKind.RunFolder, () => Vocabulary.Load(many), many, "found 65,537 tokens");
    }
}
