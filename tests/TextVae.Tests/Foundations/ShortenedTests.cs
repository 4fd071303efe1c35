namespace TextVae.Tests.Foundations;

public class ShortenedTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a \"text\" of \\ 漢字 😀 é", "a \"text\" of \\ 漢字 😀 é")]
    [InlineData("two\r\nlines\tand\0a zero", @"two\r\nlines\tand\u0000a zero")]
    [InlineData("\ufefftext\u2028\u0085", @"\ufefftext\u2028\u0085")]
    [InlineData("\U000e0001", @"\udb40\udc01")] // a format character of two units
    public void What_cannot_be_seen_is_written_out(string text, string expected) => Assert.Equal(expected, Shortened.Of(text));

    [Fact]
    public void Half_a_surrogate_pair_is_written_out() => // an attribute cannot hold one
        Assert.Equal(@"a\ud83d b\ude00", Shortened.Of("a\ud83d b\ude00"));

    [Fact]
    public void A_long_text_is_cut_and_a_text_that_fits_is_not()
    {
        var text = new string('a', 40);
        Assert.Equal(text, Shortened.Of(text));
        Assert.Equal(text + "…", Shortened.Of(text + "b"));
        Assert.Equal("aaa…", Shortened.Of(text, 3));
    }

    [Fact]
    public void No_surrogate_pair_is_cut()
    {
        Assert.Equal("a…", Shortened.Of("a😀b", 2));
        Assert.Equal("a😀…", Shortened.Of("a😀b", 3));
        Assert.Equal("a😀", Shortened.Of("a😀", 3));
        Assert.Equal(@"a\ud83d…", Shortened.Of("a\ud83db", 2)); // half a pair already
    }
}
