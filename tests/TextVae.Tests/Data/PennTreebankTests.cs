using TextVae.Data;

namespace TextVae.Tests.Data;

/// <summary>The paper's data, where the machine has it: set TEXTVAE_PTB to the folder of ptb.train.txt and ptb.valid.txt.</summary>
public class PennTreebankTests
{
    [Fact]
    public void It_has_the_paper_s_51_tokens_and_5_101_618_characters()
    {
        var ptb = Environment.GetEnvironmentVariable("TEXTVAE_PTB");
        Assert.SkipWhen(ptb is null, "TEXTVAE_PTB names no folder");
        using var folder = new TemporaryFolder();
        using var corpus = Corpus.Load(new DataConfig { Texts = TextKind.Windows, Length = 60 }, [ptb]);
        Assert.Equal(51, corpus.Tokenizer.Vocabulary.Count);
        Assert.Equal(5_101_618 - 60 + 1, corpus.Train.Count);
        Assert.Equal(399_782 - 60 + 1, corpus.Validation.Count);
        Assert.Empty(corpus.Notes);
    }
}
