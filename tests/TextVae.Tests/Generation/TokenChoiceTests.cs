using TextVae.Generation;
using static TorchSharp.torch;

namespace TextVae.Tests.Generation;

public class TokenChoiceTests
{
    [Fact]
    public void More_scores_than_an_array_holds_are_refused_with_the_limit()
    {
        using var scope = NewDisposeScope();
        const int Rows = 300, Vocabulary = 1 << 23; // 2.5 billion, of which nothing is in memory
        var error = Assert.Throws<InvalidInputException>(() => new TokenChoice(Vocabulary).Choose(zeros(1, 1).expand(Rows, Vocabulary), []));
        Assert.Equal("the number of hypotheses at a time is 300; expected at most 255 for a vocabulary of 8,388,608", error.Message);
    }
}
