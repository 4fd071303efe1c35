using TextVae.Data;
using TextVae.Texts;

namespace TextVae.Tests.Data;

public class DataConfigTests
{
    [Fact]
    public void The_defaults_are_valid() => new DataConfig().Validate();

    [Fact]
    public void Values_that_make_no_sense_are_refused_by_their_keys()
    {
        Refuse(new DataConfig { Source = "" }, "data.source");
        Refuse(new DataConfig { Column = "" }, "data.column");
        Refuse(new DataConfig { Texts = (TextKind)9 }, "data.texts", "9");
        Refuse(new DataConfig { Tokenizer = "letters" }, "data.tokenizer", "letters", "characters");
        Refuse(new DataConfig { Tokenizer = "subwords", VocabularySize = 257 }, "data.vocabularySize is 257", "258");
        Refuse(new DataConfig { Tokenizer = "words", VocabularySize = 1000 }, "data.tokenizer is words", "subwords beside data.vocabularySize");
        Refuse(new DataConfig { Merges = "merges.txt" }, "data.tokenizer is characters", "data.merges");
        Refuse(new DataConfig { Length = 1 }, "data.length is 1");
        Refuse(new DataConfig { MinCount = 0 }, "data.minCount is 0");
        Refuse(new DataConfig { Normalize = (Normalization)9 }, "data.normalize");
        Refuse(new DataConfig { Normalize = Normalization.Tweets, Texts = TextKind.Windows }, "data.normalize", "windows");
    }

    private static void Refuse(DataConfig config, params string[] parts) => Refusal.Is(InputKind.Usage, config.Validate, parts);
}
