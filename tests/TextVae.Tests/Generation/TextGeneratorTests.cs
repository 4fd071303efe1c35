using TextVae.Generation;
using TextVae.Models;
using TextVae.Tokenizers;
using TorchSharp;
using static TorchSharp.torch;

namespace TextVae.Tests.Generation;

public class TextGeneratorTests
{
    private static readonly CharacterTokenizer Lines = new(new Vocabulary(["<pad>", "<unk>", "<end>", "a", "b", "c", "d", "e", "f", "g", "h"]));

    public static TheoryData<string> Kinds => TinyWriters.Kinds;

    [Fact]
    public void Greedy_texts_are_the_models_most_probable_continuations()
    {
        using var scope = NewDisposeScope();
        var model = Tiny.Model();
        using var evaluation = new EvaluationMode(model);
        var z = Tiny.Noise(6);
        var texts = new TextGenerator(model, Lines, CPU).Decode(z);

        for (var row = 0; row < 6; row++)
        {
            var decoder = model.Prepare().Begin(z.narrow(0, row, 1));
            var (previous, expected) = ((long)model.Shape.StartToken, "");
            for (var t = 0; t < Tiny.Length - 1 && previous != Lines.Vocabulary.EndId; t++)
            {
                var logits = decoder.Next([previous], [t]).data<float>().ToArray();
                (logits[0], logits[1]) = (float.NegativeInfinity, float.NegativeInfinity); // never padding, never unknown
                previous = Array.IndexOf(logits, logits.Max());
                expected += previous == Lines.Vocabulary.EndId ? "" : Lines.Vocabulary.Tokens[(int)previous];
            }
            Assert.Equal(expected, texts[row].Text);
        }
    }

    [Fact]
    public void A_latent_vector_depends_on_the_seed_and_its_index_alone()
    {
        using var scope = NewDisposeScope();
        var generator = new TextGenerator(Tiny.Model(), Lines, CPU);
        var (all, tail) = (generator.Prior(7, seed: 3), generator.Prior(4, seed: 3, first: 3));
        Assert.True(all.narrow(0, 3, 4).equal(tail).all().item<bool>());
        Assert.False(all.equal(generator.Prior(7, seed: 4)).any().item<bool>());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_probability_of_a_text_is_what_teacher_forcing_says_whatever_the_strategy(string kind)
    {
        using var scope = NewDisposeScope();
        var model = TinyWriters.Model(kind);
        var z = TinyWriters.Z(model, 5);
        SamplingOptions[] ways = [new(), new() { Temperature = 2, TopK = 2, TopP = 0.9 }, new() { NumBeams = 3 }, new() { Regex = "a?b+" }];
        foreach (var options in ways)
        {
            var texts = TinyWriters.Generator(model).Decode(z, options);
            Assert.All(texts.Index(), text => Assert.Equal(
                TinyWriters.LogProbabilities(model, z.narrow(0, text.Index, 1), [text.Item.Text])[0], text.Item.LogProbability, 1e-4));
        }
    }

    // Where texts end others begin, and at the end the rest moves up; more texts than two batches hold.
    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_text_is_the_same_alone_as_among_texts_that_begin_and_end_when_they_may(string kind)
    {
        using var scope = NewDisposeScope();
        var model = TinyWriters.Model(kind, length: 16);
        var z = TinyWriters.Z(model, 600);
        SamplingOptions[] ways = [new() { Temperature = 1 }, new() { NumBeams = 6 }];
        foreach (var options in ways)
        {
            var plan = TinyWriters.Generator(model).Plan(options);
            var together = TinyWriters.Generator(model).Decode(z, plan, firstText: 0);
            Assert.True(!options.Draws || together.DistinctBy(text => text.Text.Length).Count() > 3);
            for (var row = 0; row < 600; row += 37)
            {
                Assert.Equal(TinyWriters.Generator(model).Decode(z.narrow(0, row, 1), plan, firstText: row)[0].Text, together[row].Text);
            }
        }
    }

    [Fact]
    public void A_model_of_no_numbers_is_refused()
    {
        using var scope = NewDisposeScope();
        var model = TinyWriters.Model("hybrid");
        using (no_grad())
        {
            model.parameters().Last().fill_(float.NaN);
        }
        SamplingOptions[] ways = [new(), new() { Temperature = 1 }, new() { NumBeams = 2 }];
        Assert.All(ways, options => Assert.Contains("no numbers",
            Assert.Throws<InvalidInputException>(() => TinyWriters.Generator(model).Decode(TinyWriters.Z(model, 2), options)).Message));
    }

    [Fact]
    public void Generation_leaves_no_tensor_behind()
    {
        using var scope = NewDisposeScope();
        var generator = new TextGenerator(Tiny.Model(), Lines, CPU);
        var (z, few) = (generator.Prior(300, seed: 1), generator.Prior(3, seed: 1));
        var before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        generator.Sample(3, seed: 1);
        generator.Decode(z, new SamplingOptions { Temperature = 0.8, TopK = 3, TopP = 0.9 });
        generator.Decode(few, new SamplingOptions { NumBeams = 3, Regex = "a.*" });
        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }
}
