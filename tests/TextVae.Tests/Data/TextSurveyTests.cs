using System.Text;
using TextVae.Data;

namespace TextVae.Tests.Data;

public class TextSurveyTests
{
    [Fact]
    public void It_counts_texts_lengths_characters_and_duplicates()
    {
        var survey = TextSurvey.Of(["ab", "", "Ab.", " ", "ab", "a😀cd", "ab"]);
        Assert.Equal((5, 2, 3, 2), (survey.Texts, survey.Empty, survey.Distinct, survey.NearDistinct));
        Assert.Equal(2 + 3 + 2 + 4 + 2, survey.Characters);
        Assert.Equal([(2, 3L), (3, 1L), (4, 1L)], survey.Lengths);
        Assert.Equal((new Rune('b'), 4L), survey.Alphabet[1]); // as often as 'a', which comes before it
        Assert.Contains((new Rune(0x1F600), 1L), survey.Alphabet);
        Assert.Equal((2, 2, 3, 4), (survey.LengthOf(0), survey.LengthOf(0.6), survey.LengthOf(0.61), survey.LengthOf(1)));
        Assert.Equal((2, 0), (survey.LongerThan(2), survey.LongerThan(4)));
    }

    [Fact]
    public void Nothing_is_surveyed_as_nothing()
    {
        var survey = TextSurvey.Of(["", "  "]);
        Assert.Equal((0, 2, 0, 0), (survey.Texts, survey.Empty, survey.Longest, survey.LengthOf(0.99)));
        Assert.Equal(0, survey.MeanLength);
    }
}
