using CsCheck;
using TextVae.Texts;

namespace TextVae.Tests.Texts;

public class TextNormalizationTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("see https://t.co/x and http://b", "see url and url")]
    [InlineData("@ann: hi  @_b\t@9 @", "@userid hi  @userid\t@userid @")]
    [InlineData("(https://t.co) x@y @! HTTP://a ", "(https://t.co) x@y @! HTTP://a ")]
    [InlineData("@é @漢 @😀", "@userid @userid @😀")]
    public void Addresses_and_user_names_become_words(string text, string expected) =>
        Assert.Equal(expected, TextNormalization.Normalize(text));

    [Fact]
    public void A_second_application_changes_nothing() =>
        Gen.OneOf("@", "a", "_", " ", "\t", "http://", "https://", "url", "@userid", "é", "\ud83d", "\ude00").Array[0, 12].Select(string.Concat).Sample(text =>
        {
            var once = TextNormalization.Normalize(text);
            Assert.Equal(once, TextNormalization.Normalize(once));
        });

    [Fact]
    public void None_leaves_a_text_alone() => Assert.Equal("@a http://b", TextNormalization.Normalize("@a http://b", Normalization.None));
}
