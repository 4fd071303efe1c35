namespace TextVae.Tests.Generation;

public class SamplingOptionsTests
{
    [Fact]
    public void What_makes_sense_is_accepted()
    {
        new SamplingOptions().Validate();
        new SamplingOptions { Temperature = 0.7, TopK = 5, TopP = 1, NumBeams = 1, NoRepeatNgramSize = 4, Prefix = "", Alphabet = "ab", Regex = "a*", MaxLength = 1 }.Validate();
        new SamplingOptions { Temperature = 0, NumBeams = 4 }.Validate();
    }

    public static TheoryData<SamplingOptions, string> Nonsense => new()
    {
        { new() { Temperature = -1 }, "temperature is -1" },
        { new() { Temperature = double.NaN }, "temperature is NaN" },
        { new() { Temperature = double.PositiveInfinity }, "temperature is " },
        { new() { TopK = 0 }, "top-k is 0" },
        { new() { TopP = 0 }, "top-p is 0" },
        { new() { TopP = 1.1 }, "top-p is 1.1" },
        { new() { NumBeams = 0 }, "num-beams is 0" },
        { new() { NoRepeatNgramSize = 0 }, "no-repeat-ngram-size is 0" },
        { new() { MaxLength = 0 }, "max-length is 0" },
        { new() { Regex = "(" }, "regex" },
        { new() { NumBeams = 2, Temperature = 1 }, "beam search looks for the most probable text" },
        { new() { NumBeams = 2, TopK = 3 }, "num-beams is 2" },
        { new() { NumBeams = 2, TopP = 0.5 }, "num-beams is 2" },
        { new() { Temperature = 0, TopK = 3 }, "temperature is 0" },
    };

    [Theory]
    [MemberData(nameof(Nonsense))]
    public void Values_and_mixes_that_make_no_sense_are_refused_with_the_reason(SamplingOptions options, string reason)
    {
        var error = Assert.Throws<InvalidInputException>(options.Validate);
        Assert.Equal(InputKind.Usage, error.Kind);
        Assert.Contains(reason, error.Message);
        Assert.Contains("expected", error.Message);
    }
}
