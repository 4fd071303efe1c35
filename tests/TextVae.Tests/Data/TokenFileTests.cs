using CsCheck;
using TextVae.Data;
using TextVae.Tests.Tokenizers;
using TextVae.Tokenizers;

namespace TextVae.Tests.Data;

public class TokenFileTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Theory]
    [InlineData(10)]
    [InlineData(300)] // two bytes a token
    public void Texts_that_are_written_are_read_again(int extraCharacters)
    {
        using var folder = new TemporaryFolder();
        var extra = string.Concat(Enumerable.Range(0x4e00, extraCharacters).Select(char.ConvertFromUtf32));
        CharacterTokenizerTests.Texts.Array[1, 20].Sample(texts =>
        {
            var tokenizer = CharacterTokenizer.Learn([extra, .. texts]);
            string[] all = [.. texts, extra];
            using var file = TokenFile.Build(folder["a.tokens"], all, "a", tokenizer, TextKind.Lines);
            var kept = all.Where(text => !string.IsNullOrWhiteSpace(text)).ToArray();
            Assert.Equal(kept, Enumerable.Range(0, (int)file.TextCount).Select(i => ReadText(file, tokenizer, i)));
            Assert.Equal(kept.Sum(text => text.EnumerateRunes().Count()), file.Counts.Characters);
            Assert.Equal(all.Length - kept.Length, file.Counts.Empty);
            var ids = new int[file.TokenCount];
            file.Read(0, ids);
            Assert.Equal(string.Concat(kept), tokenizer.Decode(ids));
        }, iter: 50, threads: 1);
    }

    [Fact]
    public void Counts_survive_and_long_texts_are_left_out_whole()
    {
        using var folder = new TemporaryFolder();
        var tokenizer = CharacterTokenizer.Learn(["abc"]);
        TokenFile.Build(folder["a.tokens"], ["abc", "", " ", "abca", "x😀"], "a", tokenizer, TextKind.Lines, maximumTokens: 3, Key).Dispose();
        using var file = TokenFile.TryOpen(folder["a.tokens"], Key, tokenizer.Vocabulary)!;
        Assert.Equal(new TokenCounts(Tokens: 5, Texts: 2, Characters: 5, Empty: 2, TooLong: 1, Unknown: 2), file.Counts);
        Assert.Equal("\ufffd\ufffd", ReadText(file, tokenizer, 1));
        Assert.Equal([folder["a.tokens"]], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Running_text_in_pieces_is_one_text()
    {
        using var folder = new TemporaryFolder();
        var tokenizer = CharacterTokenizer.Learn(["ab\n"], forLines: false);
        using var file = TokenFile.Build(folder["a.tokens"], ["a\n", "\n", "b"], "a", tokenizer, TextKind.Windows);
        Assert.Equal((4, 1), (file.TokenCount, file.TextCount));
        Assert.Equal("a\n\nb", ReadText(file, tokenizer, 0));
    }

    [Fact]
    public void Another_key_another_vocabulary_or_damage_is_no_such_file()
    {
        using var folder = new TemporaryFolder();
        var tokenizer = CharacterTokenizer.Learn(["abc"]);
        var path = folder["a.tokens"];
        TokenFile.Build(path, ["abc", "cba"], "a", tokenizer, TextKind.Lines, key: Key).Dispose();
        var whole = File.ReadAllBytes(path);
        Assert.Null(Open(new byte[32]));
        Assert.Null(TokenFile.TryOpen(path, Key, new Vocabulary(["<pad>", .. Enumerable.Range(0, 300).Select(i => $"{i}")])));
        Assert.Null(TokenFile.TryOpen(folder["none"], Key, tokenizer.Vocabulary));
        for (var i = 0; i < whole.Length; i++) // header, tokens, offsets, origin, checksum
        {
            var damaged = (byte[])whole.Clone();
            damaged[i] ^= 1;
            File.WriteAllBytes(path, damaged);
            Assert.Null(Open(Key));
        }
        for (var length = 0; length < whole.Length; length += 7)
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.Null(Open(Key));
        }

        TokenFile? Open(byte[] key) => TokenFile.TryOpen(path, key, tokenizer.Vocabulary);
    }

    [Fact]
    public void Ids_and_offsets_that_are_altered_in_an_open_file_are_refused_on_reading()
    {
        using var folder = new TemporaryFolder();
        var tokenizer = CharacterTokenizer.Learn(["abc"]);
        var path = folder["a.tokens"];
        using var file = TokenFile.Build(path, ["abc", "cba"], "a", tokenizer, TextKind.Lines, key: Key);
        var bytes = File.ReadAllBytes(path);
        bytes[128] = 200; // the first token
        bytes[136 + 16] = 9; // the last offset
        bytes[136] = 0xfe; // the first
        bytes[136 + 7] = 0xff;
        File.WriteAllBytes(path, bytes);
        Refusal.Is(InputKind.Data, () => file.Read(0, new int[1]), path, "token 0", "200");
        Refusal.Is(InputKind.Data, () => file.ReadText(0, new int[9]), path, "text 0");
        Refusal.Is(InputKind.Data, () => file.ReadText(1, new int[9]), path, "text 1");
        bytes[136 + 8] = 0; // six tokens where room is for three
        bytes[136 + 16] = 6;
        File.WriteAllBytes(path, bytes);
        Refusal.Is(InputKind.Data, () => file.ReadText(1, new int[3]), path, "text 1", "6 tokens", "at most 3");
    }

    [Fact]
    public void A_range_outside_the_file_is_an_argument_out_of_range()
    {
        using var folder = new TemporaryFolder();
        using var file = TokenFile.Build(folder["a.tokens"], ["abc"], "a", CharacterTokenizer.Learn(["abc"]), TextKind.Lines);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Read(-1, new int[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Read(1, new int[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.ReadText(1, new int[3]));
    }

    [Fact]
    public void Builds_of_the_same_file_at_once_leave_one_whole_file()
    {
        using var folder = new TemporaryFolder();
        var tokenizer = CharacterTokenizer.Learn(["abc"]);
        var texts = Enumerable.Repeat("abc", 20_000).ToArray();
        Parallel.For(0, 8, _ =>
        {
            using var file = TokenFile.Build(folder["a.tokens"], texts, "a", tokenizer, TextKind.Lines, key: Key);
            Assert.Equal("abc", ReadText(file, tokenizer, 19_999));
        });
        Assert.Equal([folder["a.tokens"]], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_failed_build_leaves_nothing_behind()
    {
        using var folder = new TemporaryFolder();
        var tokenizer = CharacterTokenizer.Learn(["abc"], forLines: false);
        Refusal.Is(InputKind.Data, () => TokenFile.Build(folder["a.tokens"], ["abc", "d"], "a.txt", tokenizer, TextKind.Lines), "a.txt: text 2", "U+0064");
        Assert.Empty(Directory.GetFiles(folder.Path));
        var blocked = folder.Write("blocked", "a file where a folder should be") + "/a.tokens";
        Refusal.Is(InputKind.Data, () => TokenFile.Build(blocked, ["abc"], "a.txt", tokenizer, TextKind.Lines), blocked, "cannot be written", "TEXTVAE_CACHE");
    }

    private static string ReadText(TokenFile file, CharacterTokenizer tokenizer, long index)
    {
        var ids = new int[1000];
        var length = file.ReadText(index, ids);
        return tokenizer.Decode(ids.AsSpan(0, length));
    }
}
