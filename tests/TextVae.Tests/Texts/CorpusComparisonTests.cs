using TextVae.Texts;

namespace TextVae.Tests.Texts;

public class CorpusComparisonTests
{
    private static TextStatistics Of(params string[] texts)
    {
        var statistics = new TextStatistics(seed: 1);
        Array.ForEach(texts, statistics.Add);
        return statistics;
    }

    [Fact]
    public void The_figures_are_those_of_the_texts()
    {
        var comparison = CorpusComparison.Of(Of("a a", "bb 😀"), Of("a a", "c c c"), Of("a a", "c c c"));
        var samples = comparison.Samples;

        Assert.Equal((2, 3.5, 2), (samples.Texts, samples.MeanLength, samples.Subset)); // a pair of surrogates is one character
        Assert.Equal(new LengthQuantiles(3, 3, 3, 4, 4), samples.Lengths);
        Assert.Equal((3 / 4.0, 1.0), (samples.Distinct1, samples.Distinct2));
        Assert.Equal(0.5, samples.LengthDivergence!.Value, 1e-12); // half of each has length 3
        Assert.InRange(samples.CharacterDivergence!.Value, 0.3, 0.7);

        Assert.Equal((0.0, 0.0), (comparison.Validation.LengthDivergence, comparison.Validation.CharacterDivergence));
        Assert.Null(comparison.Training.LengthDivergence);
    }

    [Fact]
    public void Without_texts_there_is_no_summary()
    {
        Assert.Contains("texts: found none", Assert.Throws<InvalidInputException>(() => CorpusSummary.Of(Of())).Message);
        Assert.Throws<InvalidInputException>(() => CorpusComparison.Of(Of("a"), Of(), Of("a")));
    }

    [Fact]
    public void Empty_texts_have_no_words_and_no_characters_to_compare()
    {
        var summary = CorpusSummary.Of(Of(""), Of(""));
        Assert.Equal((1, 0.0, 0.0), (summary.Texts, summary.MeanLength, summary.LengthDivergence));
        Assert.Equal([double.NaN, double.NaN, double.NaN], new[] { summary.CharacterDivergence!.Value, summary.Distinct1, summary.SelfBleu });
    }

    [Fact]
    public void Characters_whose_shares_differ_most_come_first()
    {
        var characters = CorpusComparison.Of(Of("aab😀"), Of("a"), Of("acccc")).Characters;
        Assert.Equal(["c", "a", "b", "😀"], characters.Select(shares => shares.Character));
        Assert.Equal(new CharacterShares("c", 0, 0.8), characters[0]);
        Assert.Equal(new CharacterShares("a", 0.5, 0.2), characters[1]);
    }
}
