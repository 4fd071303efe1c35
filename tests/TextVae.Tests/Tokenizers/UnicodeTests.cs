using System.Text;
using System.Text.Json;
using CsCheck;
using TextVae.Data;
using TextVae.Tests.Data;
using TextVae.Tokenizers;

namespace TextVae.Tests.Tokenizers;

/// <summary>All of Unicode becomes tokens and is printed: no scalar value is an exception, assigned to a character or not.</summary>
public class UnicodeTests
{
    /// <summary>Scalar values, with those that programs stumble over far more often than their share.</summary>
    private static readonly Gen<int> Scalars = Gen.OneOf(
        Gen.Int[0, 0x10ffff],
        Gen.Int[0, 0xff], // controls, Latin-1
        Gen.Int[0x300, 0x36f], // combining marks
        Gen.OneOf(0x200b, 0x200d, 0x200e, 0x200f, 0x202a, 0x202b, 0x202e, 0x2066, 0x2067, 0x2069, 0x61c), // directions, joiners
        Gen.OneOf(0x2028, 0x2029, 0x85, 0x3000, 0xfeff, 0xfffd, 0xfff9, 0xad),
        Gen.OneOf(0xfdd0, 0xfdef, 0xfffe, 0xffff, 0x1fffe, 0x10ffff), // noncharacters
        Gen.Int[0x1f1e6, 0x1f9ff], // emoji, flags
        Gen.Int[0xe000, 0xf8ff]) // private use
        .Where(Rune.IsValid);

    private static readonly Gen<string> Texts = Scalars.Array[0, 40].Select(scalars => string.Concat(scalars.Select(char.ConvertFromUtf32)));

    public static TheoryData<string> Kinds => [.. TokenizerFactory.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Any_text_is_the_same_after_it_was_tokens(string kind) => Texts.Sample(text => ReadsBack(Learn(kind, [text]), text), iter: 300);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_scalar_value_is_the_same_after_it_was_tokens(string kind)
    {
        var all = Enumerable.Range(0, 0x110000).Where(Rune.IsValid).Chunk(kind == WordTokenizer.Name ? 20_000 : 60_000)
            .Select(scalars => string.Concat(scalars.Select(char.ConvertFromUtf32))).ToArray();
        Assert.Equal(1_112_064, all.Sum(text => text.EnumerateRunes().Count()));
        var any = kind is ByteTokenizer.Name or SubwordTokenizer.Name ? Learn(kind, ["a text"]) : null;
        Assert.All(all, text => ReadsBack(any ?? Learn(kind, [text]), text));
    }

    [Fact]
    public void Half_of_a_surrogate_pair_is_refused_wherever_texts_come_from()
    {
        using var folder = new TemporaryFolder();
        var halves = Gen.Select(Gen.Char['\ud800', '\udfff'], Texts, Texts);
        halves.Sample((half, before, after) =>
        {
            var text = $"{before} {half} {after}";
            Refusal.Is(InputKind.Data, () => TrainingTexts.Of([text]), "text 1", "half of a surrogate pair");
            byte[] bytes = [.. "a\nb"u8, 0xed, (byte)(0x80 | (half >> 6 & 0x3f)), (byte)(0x80 | (half & 0x3f))]; // as UTF-8 would have it
            var path = folder.Write("a.txt", bytes);
            Refusal.Is(InputKind.Data, () => _ = TextFile.Of(path).Texts().Count(), path, "line 2, byte offset 3", "0xed");
            var json = folder.Write("a.jsonl", $$"""{"text":"\u{{(int)half:x4}}"}""");
            Refusal.Is(InputKind.Data, () => _ = TextFile.Of(json).Texts().Count(), json, "line 1", "half of a surrogate pair");
        }, iter: 50, threads: 1);
    }

    [Fact]
    public void Printing_never_throws_and_what_is_printed_is_text()
    {
        var anything = Gen.Char.Array[0, 40].Select(units => new string(units));
        Gen.OneOf(Texts, anything).Sample(text =>
        {
            var shown = Shortened.Of(text);
            Assert.DoesNotContain(shown, char.IsControl);
            Assert.Equal(shown, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(shown)));
            var json = JsonSerializer.Serialize(new GeneratedText(text, 0), ReportJson.Options);
            Assert.Equal(JsonSerializer.Serialize(new GeneratedText(Valid(text), 0), ReportJson.Options), json);
            Assert.DoesNotContain('\n', json);
            Assert.Equal(Valid(text), JsonSerializer.Deserialize<GeneratedText>(json, ReportJson.Options)!.Text);
        }, iter: 2000);
    }

    [Theory]
    [InlineData("x.txt")]
    [InlineData("x.csv")]
    [InlineData("x.jsonl")]
    [InlineData("x.parquet")]
    public void Files_hold_any_text(string name)
    {
        using var folder = new TemporaryFolder();
        Texts.Array[1, 10].Sample(random =>
        {
            string[] texts = ["the first, as a file's first U+FEFF is a byte order mark", .. random];
            TextTable.Write(folder[name], texts.Select(text => new GeneratedText(text, 0)));
            if (!texts.Any(text => text.Contains('\0', StringComparison.Ordinal)) || name == "x.parquet" || name == "x.jsonl")
            {
                var read = TextFile.Of(folder[name]).Texts().ToArray();
                Assert.Equal(texts.Select(text => Kept(text, name)), read);
            }
        }, iter: 60, threads: 1);
    }

    private static string Kept(string text, string name) => name switch
    {
        "x.txt" => text.ReplaceLineEndings("⏎"),
        "x.csv" => text.Replace("\r\n", "\n", StringComparison.Ordinal).Trim('\n', '\r'),
        _ => text.Trim('\n', '\r'), // a line has no line ends around it either
    };

    private static ITokenizer Learn(string kind, string[] texts) =>
        TokenizerFactory.Learn(new TokenizerOptions { Kind = kind }, texts);

    private static void ReadsBack(ITokenizer tokenizer, string text)
    {
        var ids = CharacterTokenizerTests.Encode(tokenizer, text);
        Assert.Equal(text, tokenizer.Decode(ids));
        Assert.Equal(text.EnumerateRunes().Count(), tokenizer.CountCharacters(ids));
    }

    private static string Valid(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
