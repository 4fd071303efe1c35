using CsCheck;
using TextVae.Tests.Data;
using TextVae.Tokenizers;

namespace TextVae.Tests.Tokenizers;

public class CharacterTokenizerTests
{
    /// <summary>Texts of well-formed Unicode: letters, signs, pairs.</summary>
    internal static readonly Gen<string> Texts = Gen.OneOf("a", "b", "Z", " ", "é", "ß", "漢", "😀", "\u0301", "'", "7").Array[0, 40].Select(string.Concat);

    [Fact]
    public void Characters_are_learned_in_order_of_first_appearance()
    {
        Assert.Equal(["<pad>", "<unk>", "<end>", "b", "a", "😀"], CharacterTokenizer.Learn(["ba", "😀ab"]).Vocabulary.Tokens);
        Assert.Equal(["<pad>", "b", "a"], CharacterTokenizer.Learn(["bab"], forLines: false).Vocabulary.Tokens);
    }

    [Fact]
    public void Rare_characters_are_dropped_and_windows_then_have_unknown()
    {
        Assert.Equal(["<pad>", "<unk>", "<end>", "b"], CharacterTokenizer.Learn(["bab"], minCount: 2).Vocabulary.Tokens);
        Assert.Equal(["<pad>", "<unk>", "b"], CharacterTokenizer.Learn(["bab"], minCount: 2, forLines: false).Vocabulary.Tokens);
    }

    [Fact]
    public void What_is_encoded_decodes_to_itself() => Texts.Sample(text =>
    {
        var tokenizer = CharacterTokenizer.Learn([text]);
        var ids = Encode(tokenizer, text);
        Assert.Equal(text.EnumerateRunes().Count(), ids.Length);
        Assert.Equal(text, tokenizer.Decode(ids));
        Assert.Equal(text, tokenizer.Decode([.. ids, 2, 3, 4]));
        Assert.Equal(ids.Length, tokenizer.CountCharacters([.. ids, 2, 0, 0]));
    });

    [Fact]
    public void Decoding_stops_at_the_end_skips_padding_and_shows_the_unknown()
    {
        var tokenizer = CharacterTokenizer.Learn(["ab"]);
        Assert.Equal("a\ufffdb", tokenizer.Decode([3, 0, 1, 4, 2, 3, 3]));
        Assert.Equal([3, 1, 4], Encode(tokenizer, "a?b"));
        Assert.Equal([1], Encode(tokenizer, "\ud800"));
    }

    [Fact]
    public void Without_unknown_a_new_character_is_refused_by_its_code_point()
    {
        var tokenizer = CharacterTokenizer.Learn(["ab"], forLines: false);
        Refusal.Is(InputKind.Data, () => Encode(tokenizer, "aé"), "U+00E9", "minCount");
    }

    [Fact]
    public void A_vocabulary_of_words_is_no_vocabulary_of_characters() =>
        Refusal.Is(InputKind.RunFolder, () => _ = new CharacterTokenizer(new Vocabulary(["<pad>", "a", "word"])), "token 2", "\"word\"", "expected one character");

    [Fact]
    public void Too_many_different_characters_are_refused()
    {
        var texts = Enumerable.Range(0x10000, 66_000).Select(char.ConvertFromUtf32);
        Refusal.Is(InputKind.Data, () => CharacterTokenizer.Learn(texts), "66,000", "65,533", "minCount");
    }

    internal static int[] Encode(ITokenizer tokenizer, string text)
    {
        var ids = new List<int>();
        tokenizer.Encode(text, ids);
        return [.. ids];
    }
}
