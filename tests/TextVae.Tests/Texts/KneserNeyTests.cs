using System.Text;
using CsCheck;
using TextVae.Texts;

namespace TextVae.Tests.Texts;

public class KneserNeyTests
{
    private static readonly Rune Unseen = new('?');

    private static readonly Gen<string> GenText = Gen.OneOf("a", "b", "c", "é", "😀").Array[0, 9].Select(string.Concat);

    [Fact]
    public void The_probabilities_of_what_may_come_next_are_1_in_sum_after_every_beginning() => Gen.Select(GenText.Array[0, 12], Gen.Int[1, 6], Gen.Bool, GenText.Array[1, 5]).Sample(
        (texts, order, ends, beginnings) =>
        {
            var ngrams = KneserNey.Learn(texts, order, ends);
            Assert.All(beginnings.Append("").Append("?ab").Concat(texts), beginning =>
            {
                var sum = ngrams.Characters.Append(Unseen).Sum(next => ngrams.Probability(beginning, next)) + (ends ? ngrams.Probability(beginning, null) : 0);
                Assert.Equal(1, sum, 1e-9);
                Assert.True(ngrams.Probability(beginning, Unseen) > 0);
            });
        },
        iter: 300);

    [Fact]
    public void The_probabilities_of_three_short_texts_are_those_computed_by_hand()
    {
        // Pairs: (begin a) 3, (a b) 2, (a c) 1, (b end) 2, (c end) 1: of count 1, 2 and 3 there are 2, 2 and 1, so that
        // y = 2 / (2 + 2 * 2), and the discounts are 1 - 2y, 2 - 3y / 2 and 3. Before a, b and c stands one symbol, before the end
        // stand two: too few to estimate discounts from, which then are 0.5 and 1; 2.5 of 5 go to five symbols alike.
        var ngrams = KneserNey.Learn(["ab", "ab", "ac"], order: 2);
        double After(string beginning, char? next) => ngrams.Probability(beginning, next is { } character ? new Rune(character) : null);

        Assert.Equal(0.2, After("", 'a'), 1e-12);
        Assert.Equal((0.5 + 11 / 6.0 * 0.2) / 3, After("a", 'b'), 1e-12);
        Assert.Equal((2 / 3.0 + 11 / 6.0 * 0.2) / 3, After("a", 'c'), 1e-12);
        Assert.Equal(11 / 6.0 * 0.3 / 3, After("a", null), 1e-12);
        Assert.Equal(11 / 6.0 * 0.1 / 3, After("a", '?'), 1e-12);
        Assert.Equal((0.5 + 1.5 * 0.3) / 2, After("ab", null), 1e-12);
        Assert.Equal(0.3, After("?", null), 1e-12); // nothing is known of what follows

        var bits = -Math.Log2(0.2) - Math.Log2(After("a", 'b')) - Math.Log2(After("ab", null));
        Assert.Equal(bits, ngrams.Bits("ab"), 1e-12);
        Assert.Equal(bits / 2, ngrams.BitsPerCharacter(["ab"]), 1e-12); // the end costs, and is no character
    }

    [Fact]
    public void Longer_n_grams_foretell_what_hangs_on_what_was_long_ago()
    {
        string[] texts = [.. Enumerable.Range(0, 200).Select(number => number % 2 == 0 ? "xaaaax" : "yaaaay")];
        double Bits(int order) => KneserNey.Learn(texts, order).Bits(texts[0]);
        Assert.True(Bits(6) + 0.5 < Bits(4), $"{Bits(6)} {Bits(4)}");
        Assert.True(Bits(4) < Bits(1), $"{Bits(4)} {Bits(1)}");
    }
}
