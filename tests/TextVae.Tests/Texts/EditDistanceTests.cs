using CsCheck;
using TextVae.Latent;
using TextVae.Texts;

namespace TextVae.Tests.Texts;

public class EditDistanceTests
{
    private static readonly Gen<string> Texts = Gen.Char["abcdeé"].Array[0, 12].Select(characters => new string(characters));

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("abc", "abc", 0)]
    [InlineData("kitten", "sitting", 3.0 / 7)]
    [InlineData("abcd", "", 1)]
    public void It_is_the_share_of_the_longer_text_that_is_edited(string one, string other, double expected) =>
        Assert.Equal(expected, EditDistance.Normalized(one, other), 1e-12);

    [Fact]
    public void Within_says_what_the_distance_says() =>
        Gen.Select(Texts, Texts, Gen.Int[0, 12]).Sample((one, other, edits) =>
        {
            var distance = edits / 12.0;
            Assert.Equal(EditDistance.Normalized(one, other) <= distance + 1e-9, EditDistance.IsWithin(distance, one, other));
        }, iter: 3000);

    [Fact]
    public void Bags_of_characters_bound_the_distance_from_below_and_tell_different_letters_apart()
    {
        Gen.Select(Texts, Texts).Sample((one, other) =>
        {
            var least = new CharacterBags([one, other]).LeastEdits(0, 1);
            Assert.InRange(least, Math.Abs(one.Length - other.Length), Math.Round(EditDistance.Normalized(one, other) * int.Max(one.Length, other.Length)));
        }, iter: 3000);
        Assert.Equal(3, new CharacterBags(["abc", "def"]).LeastEdits(0, 1));
        Assert.Equal(2, new CharacterBags(["abcde", "abc"]).LeastEdits(0, 1));
    }
}
