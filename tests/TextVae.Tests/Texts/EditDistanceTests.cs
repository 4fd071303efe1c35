using CsCheck;
using TextVae.Texts;

namespace TextVae.Tests.Texts;

public class EditDistanceTests
{
    private static readonly Gen<string> Texts = Gen.OneOf("a", "b", "c", "é", "漢", "😀", "😃").Array[0, 24].Select(string.Concat);

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("abc", "abc", 0)]
    [InlineData("kitten", "sitting", 3.0 / 7)]
    [InlineData("abcd", "", 1)]
    public void It_is_the_share_of_the_longer_text_that_is_edited(string one, string other, double expected) =>
        Assert.Equal(expected, EditDistance.Normalized(one, other), 1e-12);

    [Fact]
    public void It_is_what_the_plain_algorithm_gives() =>
        Gen.Select(Texts, Texts).Sample(
            (one, other) => Assert.Equal(one == other ? 0 : (double)PlainLevenshtein.Of(one, other) / int.Max(one.Length, other.Length), EditDistance.Normalized(one, other)),
            iter: 3000);

    [Fact]
    public void Characters_are_UTF_16_units() => Assert.Equal(2 / 3.0, EditDistance.Normalized("a😀", "ab"));

    [Fact]
    public void The_nearest_of_some_texts_is_within_a_distance()
    {
        Assert.Equal("sample", EditDistance.Nearest("smaple", ["score", "sample", "simple"], most: 0.4));
        Assert.Null(EditDistance.Nearest("bogus", ["score", "sample"], most: 0.4));
        Assert.Null(EditDistance.Nearest("bogus", [], most: 1));
    }

    [Fact]
    public void As_many_edits_are_within_a_distance_as_the_distance_says() =>
        Gen.Select(Gen.Int[0, 300], Gen.OneOf(Gen.Int[0, 100].Select(percent => percent / 100.0), Gen.Double[0, 1])).Sample((length, distance) =>
        {
            var edits = EditDistance.MostEdits(distance, length);
            Assert.InRange(edits, 0, length);
            Assert.True(edits == 0 || (double)edits / length <= distance);
            Assert.True(edits == length || (double)(edits + 1) / length > distance);
        }, iter: 10_000);

    [Theory]
    [InlineData(0.29, 100, 29)] // 0.29 * 100 is 28.999999999999996
    [InlineData(0.07, 100, 7)] // 0.07 * 100 is 7.000000000000001
    [InlineData(0.29, 99, 28)]
    [InlineData(1, 7, 7)]
    [InlineData(0.5, 0, 0)]
    public void Decimals_are_meant_exactly(double distance, int length, int expected) => Assert.Equal(expected, EditDistance.MostEdits(distance, length));

    [Fact]
    public void Within_says_what_the_distance_says() =>
        Gen.Select(Texts, Texts, Gen.Int[0, 12]).Sample((one, other, twelfths) =>
        {
            var (distance, edits) = (twelfths / 12.0, EditDistance.MostEdits(twelfths / 12.0, int.Max(one.Length, other.Length)));
            Assert.Equal(EditDistance.Normalized(one, other) <= distance, EditDistance.IsWithin(edits, one, other));
            Assert.Equal(EditDistance.Normalized(one, other) <= distance, new ComparableText(one).IsWithin(edits, new ComparableText(other)));
        }, iter: 3000);
}
