using CsCheck;
using TextVae.Data;
using TextVae.Texts;

namespace TextVae.Tests.Texts;

public class NearDuplicateIndexTests
{
    // Few different characters and words, so that many texts are near each other; also an empty text and pairs of surrogates.
    private static readonly Gen<string> GenText =
        Gen.OneOf("a", "b", "c", " the ", " of ", "😀", "ab", "ba").Array[0, 14].Select(string.Concat);

    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    [InlineData(0.2)]
    [InlineData(0.29)]
    [InlineData(0.5)]
    public void What_it_finds_is_what_comparing_with_every_text_finds(double distance)
    {
        var found = new HashSet<Likeness>();
        Gen.Select(GenText.Array[1, 40], GenText.Array[1, 20]).Sample(
            (texts, queries) =>
            {
                var index = new NearDuplicateIndex(distance);
                Array.ForEach(texts, index.Add);
                Assert.Equal(texts.Distinct().Count(), index.Count);
                foreach (var query in queries.Append(texts[0]).Append(texts[0] + "z"))
                {
                    var expected = texts.Contains(query) ? Likeness.Same
                        : texts.Any(text => (double)PlainLevenshtein.Of(query, text) / int.Max(query.Length, text.Length) <= distance) ? Likeness.Near
                        : Likeness.None;
                    Assert.Equal(expected, index.Find(query));
                    found.Add(expected);
                }
            },
            iter: 300,
            threads: 1);
        Assert.Equal(distance == 0 ? 2 : 3, found.Count);
    }

    [Theory]
    [InlineData(29, Likeness.Near)] // 0.29 * 100 is 28.999999999999996
    [InlineData(30, Likeness.None)]
    public void A_text_at_exactly_the_distance_is_near(int edits, Likeness expected)
    {
        var index = new NearDuplicateIndex(0.29);
        index.Add(new string('a', 100));
        Assert.Equal(expected, index.Find(new string('b', edits) + new string('a', 100 - edits)));
        Assert.Equal(expected, index.Find(new string('a', 100 - edits)));
    }

    [Fact]
    public void A_signature_never_denies_that_texts_are_near()
    {
        var text = Gen.OneOf(GenText, Gen.String[Gen.Char['a', 'z'], 0, 200], Gen.Int[0, 600].Select(count => new string('a', count)));
        Gen.Select(text, text).Sample(
            (one, other) => Assert.True(new QGramSignature(one).MayBeWithin(new QGramSignature(other), Math.Abs(one.Length - other.Length), PlainLevenshtein.Of(one, other))),
            iter: 1000);
    }

    [Fact]
    public void A_signature_tells_most_sentences_apart()
    {
        var sentences = BuiltInCorpus.Lines().Where((line, index) => index % 50 == 0 && line.Length is > 60 and < 70).Select(line => new QGramSignature(line)).ToList();
        var pairs = sentences.SelectMany((one, index) => sentences.Skip(index + 1).Select(other => one.MayBeWithin(other, 0, edits: 14))).ToList();
        Assert.True(pairs.Count > 10_000);
        Assert.InRange(pairs.Count(near => near), 0, pairs.Count / 20); // 14 edits: a fifth of the longest
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(0.6)]
    [InlineData(double.NaN)]
    public void A_distance_that_makes_no_sense_is_refused(double distance) =>
        Assert.Equal(InputKind.Usage, Assert.Throws<InvalidInputException>(() => new NearDuplicateIndex(distance)).Kind);
}
