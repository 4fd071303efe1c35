using TextVae.Generation;
using static TorchSharp.torch;

namespace TextVae.Tests.Generation;

public class BeamSearchTests
{
    public static TheoryData<string> Kinds => TinyWriters.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void With_room_for_every_text_it_is_exhaustive_search(string kind)
    {
        using var scope = NewDisposeScope();
        for (var seed = 1; seed <= 3; seed++)
        {
            var model = TinyWriters.Model(kind, seed);
            var z = TinyWriters.Z(model, 3);
            var found = TinyWriters.Generator(model).Decode(z, new SamplingOptions { NumBeams = 5 * 5 * 5 * 5 });
            for (var text = 0; text < 3; text++)
            {
                var all = TinyWriters.LogProbabilities(model, z.narrow(0, text, 1), TinyWriters.AllTexts);
                Assert.Equal(TinyWriters.AllTexts[Array.IndexOf(all, all.Max())], found[text].Text);
                Assert.Equal(all.Max(), found[text].LogProbability, 1e-4);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void It_never_returns_a_text_less_probable_than_the_greedy_one(string kind)
    {
        using var scope = NewDisposeScope();
        SamplingOptions[] constraints = [new(), new() { Regex = "(ab|ba|a{3})*b?" }, new() { Prefix = "b", MaxLength = 9 }, new() { NoRepeatNgramSize = 2 }];
        var better = 0;
        for (var seed = 1; seed <= 4; seed++)
        {
            var model = TinyWriters.Model(kind, seed, length: 16);
            var (generator, z) = (TinyWriters.Generator(model), TinyWriters.Z(model, 8));
            foreach (var options in constraints)
            {
                var greedy = generator.Decode(z, options);
                foreach (var width in new[] { 2, 3, 7 })
                {
                    var beams = generator.Decode(z, options with { NumBeams = width });
                    Assert.All(greedy.Zip(beams), pair => Assert.True(pair.Second.LogProbability >= pair.First.LogProbability - 1e-4, $"{pair}"));
                    better += greedy.Zip(beams).Count(pair => pair.Second.LogProbability > pair.First.LogProbability + 1e-3);
                }
            }
        }
        Assert.True(better > 0, "no text became more probable");
    }

    [Fact]
    public void A_text_is_the_same_alone_and_among_others()
    {
        using var scope = NewDisposeScope();
        var model = TinyWriters.Model("hybrid", length: 16);
        var (generator, z) = (TinyWriters.Generator(model), TinyWriters.Z(model, 100)); // 3 batches of 256 / 7
        var options = new SamplingOptions { NumBeams = 7, Regex = ".{8,}" };
        var texts = generator.Decode(z, options);
        Assert.Equal(texts[80].Text, generator.Decode(z.narrow(0, 80, 1), options)[0].Text);
        Assert.True(texts.Select(text => text.Text).Distinct().Count() > 5);
    }

    [Fact]
    public void The_greedy_hypothesis_stays_when_others_are_more_probable()
    {
        // Two beams of one text, three tokens: the second beam's two continuations are the best of all.
        float[] logProbabilities = [-9, -2, -8, -0.5f, -1, -7];
        var choice = new BeamSearch(2).Choose(new DecodingStep(logProbabilities, [-5, -1], Positions: [3, 3], Seeds: [0, 0]));
        Assert.Equal([1, 0], choice.Tokens);
        Assert.Equal([0, 1], choice.Parents!);
    }
}
