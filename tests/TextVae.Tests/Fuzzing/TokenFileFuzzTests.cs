using TextVae.Data;
using TextVae.Tokenizers;

namespace TextVae.Tests.Fuzzing;

public class TokenFileFuzzTests
{
    [Fact]
    public void A_damaged_token_file_is_none_is_refused_or_is_read()
    {
        using var folder = new TemporaryFolder();
        var (path, key) = (folder["x.tokens"], new byte[32]);
        string[] texts = ["ab", "c", "abcabc", ""];
        var tokenizer = CharacterTokenizer.Learn(texts);
        TokenFile.Build(path, texts, "texts", tokenizer, TextKind.Lines, key: key).Dispose();
        Fuzz.Files(
        [
            (path, () =>
            {
                using var file = TokenFile.TryOpen(path, key, tokenizer.Vocabulary);
                var ids = new int[file?.TokenCount ?? 0];
                for (var text = 0; text < file?.TextCount; text++)
                {
                    file.ReadText(text, ids);
                }
            }),
        ]);
    }
}
