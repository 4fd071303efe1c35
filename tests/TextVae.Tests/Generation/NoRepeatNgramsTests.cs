using CsCheck;
using TextVae.Generation;
using TextVae.Tokenizers;
using static TorchSharp.torch;

namespace TextVae.Tests.Generation;

public class NoRepeatNgramsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_token_is_forbidden_where_it_would_repeat_n_tokens(int n) =>
        Gen.Int[0, 3].Array[0, 12].Sample(text =>
        {
            var mask = new float[5]; // token 4 is never in the text
            new NoRepeatNgrams(n).Apply(text, mask);
            for (var token = 0; token < mask.Length; token++)
            {
                int[] longer = [.. text, token];
                var grams = Enumerable.Range(0, int.Max(0, longer.Length - n + 1)).Select(at => string.Join(' ', longer[at..(at + n)])).ToArray();
                Assert.Equal(grams.SkipLast(1).Contains(grams.LastOrDefault()), float.IsNegativeInfinity(mask[token]));
            }
        });

    [Fact]
    public void A_constraint_that_leaves_no_other_way_comes_first()
    {
        float[] mask = [0, float.NegativeInfinity, float.NegativeInfinity];
        new NoRepeatNgrams(1).Apply([0, 0], mask);
        Assert.Equal([0, float.NegativeInfinity, float.NegativeInfinity], mask);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Texts_do_not_repeat_themselves_with_any_strategy(int beams)
    {
        using var scope = NewDisposeScope();
        var letters = new CharacterTokenizer(new Vocabulary(["<pad>", "<unk>", "<end>", .. "abcdefgh".Select(c => $"{c}")]));
        var model = TinyWriters.Model("hybrid", length: 16, vocabulary: 11);
        var options = new SamplingOptions { NumBeams = beams, Regex = ".{12,}" };
        bool Repeats(string text) => Enumerable.Range(0, text.Length - 2).Any(at => text.IndexOf(text.Substring(at, 3), at + 1, StringComparison.Ordinal) >= 0);
        IEnumerable<string> Texts(SamplingOptions options) => TinyWriters.Generator(model, letters).Decode(TinyWriters.Z(model, 40), options).Select(text => text.Text);
        Assert.Contains(Texts(options), Repeats);
        Assert.DoesNotContain(Texts(options with { NoRepeatNgramSize = 3 }), Repeats);
    }
}
