using TextVae.Reports;

namespace TextVae.Tests.Reports;

public class ReconstructionFiguresTests
{
    [Fact]
    public void Exact_texts_and_edits_per_character_are_counted_over_all_texts()
    {
        var figures = ReconstructionFigures.Of([new("abcd", "abcd"), new("abcdef", "abXdefg"), new("", "ab"), new("a", "")]);
        Assert.Equal((4, 0.25), (figures.Texts, figures.Exact));
        Assert.Equal((0 + 2 + 2 + 1) / 11.0, figures.CharacterErrorRate, 1e-12);
    }
}
