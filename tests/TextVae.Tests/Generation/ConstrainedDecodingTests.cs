using System.Text.RegularExpressions;
using TextVae.Tokenizers;
using static TorchSharp.torch;

namespace TextVae.Tests.Generation;

public class ConstrainedDecodingTests
{
    private const int Length = 80;

    private static readonly CharacterTokenizer Ascii = new(new Vocabulary(["<pad>", "<unk>", "<end>", .. Enumerable.Range(' ', 95).Select(c => $"{(char)c}")]));

    private static readonly CharacterTokenizer Windows = new(new Vocabulary(["<pad>", "a", "b", "c"]));

    public static TheoryData<string, SamplingOptions> Strategies => new()
    {
        { "greedy", new() },
        { "drawn", new() { Temperature = 1 } },
        { "drawn from few", new() { Temperature = 2, TopK = 4, TopP = 0.8 } },
        { "beams", new() { NumBeams = 3 } },
        { "guarded", new() { Temperature = 1, NoRepeatNgramSize = 2 } },
    };

    private static IReadOnlyList<GeneratedText> Decode(SamplingOptions options, int count, ITokenizer? tokenizer = null)
    {
        using var scope = NewDisposeScope();
        tokenizer ??= Ascii;
        var model = TinyWriters.Model("hybrid", length: Length, vocabulary: tokenizer.Vocabulary.Count);
        return TinyWriters.Generator(model, tokenizer).Decode(TinyWriters.Z(model, count), options);
    }

    [Fact]
    public void A_thousand_of_a_thousand_drawn_texts_match_the_pattern()
    {
        var texts = Decode(new SamplingOptions { Regex = "@userid [A-Za-z ,.!?']{5,60}", Temperature = 1 }, 1000);
        Assert.Equal(1000, texts.Count(text => Regex.IsMatch(text.Text, @"^@userid [A-Za-z ,.!?']{5,60}\z")));
        Assert.True(texts.Distinct().Count() > 990);
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void Constraints_hold_together_with_every_strategy(string name, SamplingOptions strategy)
    {
        var texts = Decode(strategy with { Regex = @"[a-z]{3}(-\d+)*|x.*", Prefix = "abc-1", Alphabet = "abcx-012", MaxLength = 20 }, 60);
        Assert.All(texts, text => Assert.Matches(@"^(?=.{1,20}\z)abc-1[012]*(-[012]+)*\z", text.Text));
        Assert.All(texts, text => Assert.True(double.IsFinite(text.LogProbability), name));

        Assert.All(Decode(strategy with { Prefix = "Hi \"" }, 20), text => Assert.StartsWith("Hi \"", text.Text, StringComparison.Ordinal));
        Assert.All(Decode(strategy with { Alphabet = "xyz" }, 20), text => Assert.Matches(@"^[xyz]{0,79}\z", text.Text));
        Assert.All(Decode(strategy with { MaxLength = 7 }, 20), text => Assert.InRange(text.Text.Length, 0, 7));
        Assert.All(Decode(strategy with { Regex = "(ab){39}." }, 5), text => Assert.Matches(@"^(ab){39}.\z", text.Text));
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void Without_an_end_a_text_is_a_whole_window_or_as_long_as_asked(string name, SamplingOptions strategy)
    {
        Assert.All(Decode(strategy with { Regex = "(ab|c)*" }, 20, Windows), text => Assert.Matches(@"^(?=.{80}\z)(ab|c)*\z", text.Text));
        Assert.All(Decode(strategy with { Regex = "(ab|c)*", Prefix = "ca", MaxLength = 7 }, 20, Windows), text => Assert.Matches(@"^(?=.{7}\z)cab(ab|c)*\z", text.Text));
        Refused(strategy with { Regex = "(ab){2,9}" }, Windows, "found no text", "exactly 80", "no <end>", "max-length");
        Assert.Equal("ababab", Decode(strategy with { Regex = "(ab){2,9}", MaxLength = 6 }, 1, Windows)[0].Text);
        Refused(strategy with { Regex = "(ab){2,9}", MaxLength = 7 }, Windows, "exactly 7");
        Refused(strategy with { MaxLength = 81 }, Windows, "max-length is 81; expected at most 80");
        Assert.NotEmpty(name);
    }

    [Theory]
    [InlineData(ByteTokenizer.Name)]
    [InlineData(WordTokenizer.Name)]
    [InlineData(SubwordTokenizer.Name)]
    public void Constraints_are_on_characters_whatever_the_tokens_are(string kind)
    {
        string[] learned = ["the cat and the hat and the café", "a cat, a hat, the 😀", "theta 😀😀"];
        var tokenizer = TokenizerFactory.Learn(new TokenizerOptions { Kind = kind }, [.. Enumerable.Repeat(learned, 3).SelectMany(texts => texts)]);
        foreach (var strategy in new SamplingOptions[] { new(), new() { Temperature = 1 }, new() { NumBeams = 2 } })
        {
            Assert.All(Decode(strategy with { Regex = "(the|a) (cat|hat)(, .{4,9}| 😀)", MaxLength = 30 }, 10, tokenizer), text => Assert.Matches(@"^(the|a) (cat|hat)(, .{4,9}| 😀)\z", text.Text));
            Assert.All(Decode(strategy with { Prefix = "the c", Alphabet = "the café" }, 10, tokenizer), text => Assert.Matches(@"^the c[the café]*\z", text.Text));
        }
        Assert.True(Decode(new() { Prefix = "the", Temperature = 1 }, 60, tokenizer).Select(text => text.Text).Distinct().Count() > 50);
        Refused(new() { Regex = "x\\d{90}" }, tokenizer, "at most 79");
    }

    [Fact]
    public void What_no_text_can_fulfil_is_refused_before_decoding()
    {
        Refused(new() { Regex = "[a-z]{80}" }, Ascii, "regex '[a-z]{80}'", "found no text", "at most 79");
        Refused(new() { Regex = "é" }, Ascii, "regex 'é'");
        Refused(new() { Regex = "a+", Prefix = "ab" }, Ascii, "regex 'a+', prefix 'ab'");
        Refused(new() { Regex = "a{9}", Prefix = "aa", MaxLength = 8 }, Ascii, "at most 8");
        Refused(new() { Regex = "[a-c]+d", Alphabet = "abc" }, Ascii, "alphabet 'abc'");
        Refused(new() { Prefix = "abcd", MaxLength = 3 }, Ascii, "prefix 'abcd'");
        Refused(new() { Prefix = "aé" }, Ascii, "prefix 'aé'", "'é'");
        Refused(new() { Prefix = "ab", Alphabet = "a" }, Ascii, "'b'", "alphabet");
        Refused(new() { Alphabet = "é" }, Ascii, "alphabet 'é'");
        Refused(new() { MaxLength = 80 }, Ascii, "max-length is 80; expected at most 79");
    }

    private static void Refused(SamplingOptions options, ITokenizer tokenizer, params string[] reasons)
    {
        var error = Assert.Throws<InvalidInputException>(() => Decode(options, 1, tokenizer));
        Assert.Equal(InputKind.Usage, error.Kind);
        Assert.All(reasons, reason => Assert.Contains(reason, error.Message));
    }
}
