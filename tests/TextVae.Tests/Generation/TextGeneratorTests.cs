using TextVae.Data;
using TextVae.Generation;
using TextVae.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace TextVae.Tests.Generation;

public class TextGeneratorTests
{
    private static readonly CharacterTokenizer Lines = new(new Vocabulary(["<pad>", "<unk>", "<end>", "a", "b", "c", "d", "e", "f", "g", "h"]));

    [Fact]
    public void Greedy_texts_are_the_models_most_probable_continuations()
    {
        using var scope = NewDisposeScope();
        var model = Tiny.Model();
        using var evaluation = new EvaluationMode(model);
        var z = Tiny.Noise(6);
        var texts = new TextGenerator(model, Lines, CPU).Decode(z, new GreedyDecoding());

        for (var row = 0; row < 6; row++)
        {
            var decoder = model.Begin(z.narrow(0, row, 1));
            var (previous, expected) = ((long)model.Shape.StartToken, "");
            for (var t = 0; t < Tiny.Length && previous != Lines.Vocabulary.EndId; t++)
            {
                var logits = decoder.Next(tensor(new[] { previous })).data<float>().ToArray();
                (logits[0], logits[1]) = (float.NegativeInfinity, float.NegativeInfinity); // never padding, never unknown
                previous = Array.IndexOf(logits, logits.Max());
                expected += previous == Lines.Vocabulary.EndId ? "" : Lines.Vocabulary.Tokens[(int)previous];
            }
            Assert.Equal(expected, texts[row]);
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

    [Fact]
    public void Temperature_one_draws_from_the_models_own_distribution()
    {
        using var scope = NewDisposeScope();
        const int Draws = 40_000;
        var probabilities = new[] { 0.5, 0.3, 0.15, 0.05 };
        var logits = tensor(probabilities).log().expand(Draws, 4);

        var chosen = new TemperatureSampling(temperature: 1, seed: 2).Choose(logits, position: 0);

        for (var token = 0; token < 4; token++)
        {
            var (p, share) = (probabilities[token], chosen.eq(token).to(float64).mean().item<double>());
            Assert.InRange(share, p - 4 * Math.Sqrt(p * (1 - p) / Draws), p + 4 * Math.Sqrt(p * (1 - p) / Draws));
        }
    }

    [Fact]
    public void Generation_leaves_no_tensor_behind()
    {
        using var scope = NewDisposeScope();
        var generator = new TextGenerator(Tiny.Model(), Lines, CPU);
        generator.Sample(3, seed: 1);
        var before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        generator.Sample(300, seed: 1, new TemperatureSampling(0.8, 1));
        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }
}
