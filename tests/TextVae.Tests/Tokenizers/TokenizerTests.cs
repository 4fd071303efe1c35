using System.Text;
using CsCheck;
using TextVae.Tests.Data;
using TextVae.Tokenizers;

namespace TextVae.Tests.Tokenizers;

/// <summary>What holds for every tokeniser.</summary>
public class TokenizerTests
{
    private static readonly string[] Texts = ["the cat sat on the mat, didn't it?", "The Cat's  hat\n— 12 hats! 😀😀 é漢", "the that then"];

    // Of words that the corpus has, so that all tokenisers know them.
    private static readonly Gen<string> Known = Gen.OneOf(" the", " cat", " that", ",", "?", "!", " ", "\n", " 12", " 😀", "😀", " didn't", " é漢", " —").Array[0, 12].Select(string.Concat);

    public static TheoryData<string> Kinds => [.. TokenizerFactory.Kinds];

    private static ITokenizer Learn(string kind, bool forLines = true) =>
        TokenizerFactory.Learn(new TokenizerOptions { Kind = kind, ForLines = forLines }, [.. Texts, "the the", ", ? ! — é漢", " ,"]);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_is_encoded_decodes_to_itself_and_has_as_many_characters_whatever_the_tokens(string kind)
    {
        var tokenizer = Learn(kind);
        var end = tokenizer.Vocabulary.EndId!.Value;
        Known.Sample(text =>
        {
            var ids = CharacterTokenizerTests.Encode(tokenizer, text);
            Assert.Equal(text, tokenizer.Decode(ids));
            Assert.Equal(text, tokenizer.Decode([.. ids, end, ids.FirstOrDefault()]));
            Assert.Equal(text.EnumerateRunes().Count(), tokenizer.CountCharacters([.. ids, end, 0, 0]));
            Assert.Equal(text, Encoding.UTF8.GetString([.. ids.SelectMany(id => tokenizer.Piece(id).ToArray())]));
        }, iter: 200);
    }

    [Theory]
    [InlineData(ByteTokenizer.Name)]
    [InlineData(SubwordTokenizer.Name)]
    public void Nothing_is_unknown_to_bytes_and_subwords(string kind)
    {
        var tokenizer = Learn(kind);
        Assert.Null(tokenizer.Vocabulary.UnknownId);
        Gen.String[Gen.Char.Where(character => !char.IsSurrogate(character)), 0, 30].Sample(text =>
        {
            var ids = CharacterTokenizerTests.Encode(tokenizer, text);
            Assert.Equal(text, tokenizer.Decode(ids));
            Assert.Equal(text.Length, tokenizer.CountCharacters([.. ids]));
        }, iter: 200);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_saved_vocabulary_gives_the_same_ids_when_it_is_loaded(string kind)
    {
        using var folder = new TemporaryFolder();
        foreach (var forLines in new[] { true, false })
        {
            var learned = Learn(kind, forLines);
            using (var file = File.Create(folder["vocabulary.json"]))
            {
                learned.Vocabulary.Write(file);
            }
            var loaded = TokenizerFactory.Create(kind, Vocabulary.Load(folder["vocabulary.json"]));
            Assert.Equal(kind, loaded.Kind);
            Assert.Equal(forLines, loaded.Vocabulary.EndId is not null);
            Assert.All(Texts, text => Assert.Equal(CharacterTokenizerTests.Encode(learned, text), CharacterTokenizerTests.Encode(loaded, text)));
        }
    }

    [Theory]
    [InlineData("runes", "runes", "characters, bytes, words or subwords", "<pad>", "a")]
    [InlineData("bytes", "token 1", "one byte", "<pad>", "ab")]
    [InlineData("bytes", "no token for byte 0x00", "each byte", "<pad>", "a")]
    [InlineData("words", "token 2", "one word", "<pad>", "<unk>", "two words")]
    [InlineData("words", "no <unk>", "expected it", "<pad>", " word")]
    [InlineData("subwords", "token 1", "GPT-2", "<pad>", "a word")]
    [InlineData("subwords", "no token for byte 0x00", "each byte", "<pad>", "ab")]
    public void A_vocabulary_of_another_kind_is_refused(string kind, string found, string expected, params string[] tokens) =>
        Refusal.Is(InputKind.RunFolder, () => TokenizerFactory.Create(kind, new Vocabulary(tokens)), found, expected);

    [Fact]
    public void Bytes_that_are_no_text_show_as_replaced()
    {
        var bytes = ByteTokenizer.Create();
        Assert.Equal(258, bytes.Vocabulary.Count);
        var euro = CharacterTokenizerTests.Encode(bytes, "€");
        Assert.Equal(3, euro.Length);
        Assert.Equal("\ufffda\ufffd", bytes.Decode([.. euro[..2], .. CharacterTokenizerTests.Encode(bytes, "a"), euro[2]]));
    }

    [Fact]
    public void Words_are_kept_with_their_space_in_order_of_appearance_if_they_are_frequent()
    {
        var words = WordTokenizer.Learn(["the cat's hat, the cat's\thats.", "the bat"]);
        Assert.Equal(["<pad>", "<unk>", "<end>", "the", " cat's", " hat", ",", " the", "\t", "hats", ".", " bat"], words.Vocabulary.Tokens);
        words = WordTokenizer.Learn(["the cat's hat, the cat's\thats.", "the bat"], minCount: 2, forLines: false);
        Assert.Equal(["<pad>", "<unk>", "the", " cat's"], words.Vocabulary.Tokens);
        Assert.Equal([2, 3, 1, 1], CharacterTokenizerTests.Encode(words, "the cat's rat."));
        Assert.Equal("the cat's\ufffd\ufffd", words.Decode([2, 3, 1, 1]));
        Assert.Equal(11, words.CountCharacters([2, 3, 1, 1]));
        Refusal.Is(InputKind.Data, () => WordTokenizer.Learn(Enumerable.Range(0, 66_000).Select(i => $"{i}")), "66,000", "65,533", "minCount");
    }

    [Fact]
    public void Running_text_is_cut_before_white_space_alone() => Gen.OneOf("ab", "c", " ", "\n", "😀", ".").Array[0, 30].Array[0, 6].Sample(parts =>
    {
        var blocks = Array.ConvertAll(parts, string.Concat);
        var pieces = WholeWords.Of(blocks).ToArray();
        Assert.Equal(string.Concat(blocks), string.Concat(pieces));
        Assert.All(pieces.Skip(1), piece => Assert.True(char.IsWhiteSpace(piece[0])));
        Assert.All(pieces.SkipLast(1), piece => Assert.False(char.IsWhiteSpace(piece[^1])));
    }, iter: 300);
}
