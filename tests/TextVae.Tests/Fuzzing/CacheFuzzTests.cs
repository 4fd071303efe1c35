using System.Text.Json;
using TextVae.Data;
using TextVae.Tokenizers;

namespace TextVae.Tests.Fuzzing;

public class CacheFuzzTests
{
    [Fact]
    public void A_damaged_file_of_the_cache_is_none_is_refused_or_is_read()
    {
        using var folder = new TemporaryFolder();
        var key = new byte[32];
        string[] texts = ["ab", "c", "abcabc", ""];
        var tokenizer = CharacterTokenizer.Learn(texts);
        var (tokens, vocabulary) = (folder["x.tokens"], folder["x.vocabulary"]);
        TokenFile.Build(tokens, texts, "texts", tokenizer, TextKind.Lines, key: key).Dispose();
        CacheFile.Write(vocabulary, key, "texts", tokenizer.Vocabulary.Write, out _).Dispose();
        Fuzz.Files(
        [
            (tokens, () =>
            {
                using var file = TokenFile.TryOpen(tokens, key, tokenizer.Vocabulary);
                var ids = new int[file?.TokenCount ?? 0];
                for (var text = 0; text < file?.TextCount; text++)
                {
                    file.ReadText(text, ids);
                }
            }),
            (vocabulary, () => Assert.Equal(
                tokenizer.Vocabulary.Tokens,
                CacheFile.TryRead(vocabulary, key) is { } known ? JsonSerializer.Deserialize<string[]>(known)! : tokenizer.Vocabulary.Tokens)),
        ]);
    }
}
