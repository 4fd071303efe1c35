using TextVae.Texts;

namespace TextVae.Tests.Texts;

public class DiversityTests
{
    private static readonly double FourOfFive = Math.Pow(4 / 5.0 * 3 / 4.0 * 2 / 3.0 * 1 / 2.0, 0.25); // "a b c d e" against "a b c d f"

    [Fact]
    public void Distinct_n_counts_different_n_grams_of_words_over_all()
    {
        string[] texts = ["a b a", " a\tc  a"];
        Assert.Equal(3 / 6.0, DistinctN.Of(texts, 1));
        Assert.Equal(4 / 4.0, DistinctN.Of(texts, 2));
        Assert.Equal(3 / 4.0, DistinctN.Of(["a b a", "a b c"], 2));
        Assert.Equal(double.NaN, DistinctN.Of(texts, 4));
        Assert.Equal(double.NaN, DistinctN.Of([], 1));
        Assert.Throws<InvalidInputException>(() => DistinctN.Of(texts, 0));
    }

    [Fact]
    public void Texts_that_repeat_each_other_have_a_self_BLEU_of_1_and_strangers_0()
    {
        Assert.Equal(1, SelfBleu.Of(["a b c d e", "a b c d e", "a b c d e"]), 1e-12);
        Assert.Equal(0, SelfBleu.Of(["a b c d e", "f g h i j", ""]));
        Assert.Equal(double.NaN, SelfBleu.Of(["a b c d e"]));
    }

    [Fact]
    public void Self_BLEU_is_the_mean_of_BLEU_4_as_computed_by_hand()
    {
        Assert.Equal(FourOfFive, SelfBleu.Of(["a b c d e", "a b c d f"]), 1e-12);
        Assert.Equal((Math.Exp(1 - 5 / 4.0) + FourOfFive) / 2, SelfBleu.Of(["a b c d", "a b c d e"]), 1e-12); // the shorter is punished
        Assert.Equal(Math.Pow(0.1 * 0.1 * 0.1, 0.25), SelfBleu.Of(["a b", "b a"]), 1e-12); // no pair matches
    }

    [Fact]
    public void A_word_matches_no_more_often_than_it_stands_in_one_other_text()
    {
        var repeated = Math.Pow(2 / 4.0 * 1 / 3.0 * 0.1 / 2 * 0.1 / 1, 0.25); // "a a a a": two in the second, two in the third
        var second = Math.Pow(2 / 4.0 * 1 / 3.0 * 0.1 / 2 * 0.1 / 1, 0.25);
        Assert.Equal((repeated + second + second) / 3, SelfBleu.Of(["a a a a", "a a c d", "e f a a"]), 1e-12);
    }
}
