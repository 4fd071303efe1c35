using TextVae.Generation;
using static TorchSharp.torch;

namespace TextVae.Tests.Generation;

public class RandomSamplingTests
{
    private const int Draws = 4000;

    public static TheoryData<string> Kinds => TinyWriters.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Temperature_1_with_all_tokens_and_all_probability_draws_from_the_models_own_distribution(string kind)
    {
        var own = new SamplingOptions { Temperature = 1, TopK = 5, TopP = 1, Seed = 3 };
        Assert.True(ChiSquare(kind, own) < 37); // 14 degrees of freedom: exceeded by chance once in 1,400
        Assert.True(ChiSquare(kind, own with { Temperature = 0.5 }) > 37);
        Assert.True(ChiSquare(kind, own with { TopK = 2 }) > 37);
        Assert.True(ChiSquare(kind, own with { TopP = 0.6 }) > 37);
    }

    /// <summary>How far the frequencies of texts are from their probabilities; a text ends at the latest at the model's length.</summary>
    private static double ChiSquare(string kind, SamplingOptions options)
    {
        using var scope = NewDisposeScope();
        var model = TinyWriters.Model(kind);
        using (no_grad())
        {
            model.parameters().ToList().ForEach(parameter => parameter.mul_(0.5)); // no text too rare for the approximation
        }
        var z = TinyWriters.Z(model, 1);
        var mask = zeros(TinyWriters.Length, 5, float64);
        mask.narrow(1, 0, 2).fill_(double.NegativeInfinity); // never padding, never unknown
        mask[TinyWriters.Length - 1].narrow(0, 3, 2).fill_(double.NegativeInfinity); // the last token is <end>
        mask = mask.masked_fill(isinf(mask), -1e9);
        var expected = TinyWriters.LogProbabilities(model, z, TinyWriters.AllTexts, mask).Select(Math.Exp).ToArray();
        Assert.Equal(1, expected.Sum(), 1e-6);

        var drawn = TinyWriters.Generator(model).Decode(z.expand(Draws, -1), options).CountBy(text => text.Text).ToDictionary();

        return TinyWriters.AllTexts.Zip(expected, (text, p) => Math.Pow(drawn.GetValueOrDefault(text) - Draws * p, 2) / (Draws * p)).Sum();
    }

    [Fact]
    public void Filters_apply_in_the_order_of_the_field()
    {
        // Probabilities 0.6, 0.3, 0.1, at temperature 2 0.47, 0.33, 0.19: alone, the first is a nucleus of 0.5 only before.
        Assert.Equal([0, 1], Support(new SamplingOptions { Temperature = 2, TopP = 0.5 }, 0.6, 0.3, 0.1));
        Assert.Equal([0], Support(new SamplingOptions { TopP = 0.5 }, 0.6, 0.3, 0.1));
        // Of the two most probable of 0.4, 0.3, 0.3 the first has 0.57; of all three it has less than a half.
        Assert.Equal([0], Support(new SamplingOptions { TopK = 2, TopP = 0.5 }, 0.4, 0.31, 0.29));
        Assert.Equal([0, 1], Support(new SamplingOptions { TopP = 0.5 }, 0.4, 0.31, 0.29));
        Assert.Equal([0, 1], Support(new SamplingOptions { TopK = 2 }, 0.4, 0.31, 0.29));
        Assert.Equal([1], Support(new SamplingOptions { Temperature = 0.001 }, 0.3, 0.4, 0.3));
    }

    [Fact]
    public void Forbidden_tokens_are_never_drawn()
    {
        Assert.Equal([1, 3], Support(new SamplingOptions { Temperature = 5 }, 0, 0.5, 0, 0.5, 0));
        Assert.Equal([1], Support(new SamplingOptions { TopK = 3, TopP = 0.999 }, 0, 1, 0));
    }

    [Theory]
    [InlineData("hybrid", 1.0)]
    [InlineData("bytenet", 0.7)]
    public void The_same_seed_draws_the_same_texts_in_one_batch_and_in_several(string kind, double temperature)
    {
        using var scope = NewDisposeScope();
        var generator = TinyWriters.Generator(TinyWriters.Model(kind, length: 16));
        List<string> Sample(long seed, params int[] sizes)
        {
            var plan = generator.Plan(new SamplingOptions { Temperature = temperature, Seed = seed });
            return [.. sizes.Index().SelectMany(size =>
            {
                var first = sizes[..size.Index].Sum();
                return generator.Decode(generator.Prior(size.Item, seed, first), plan, first);
            }).Select(text => text.Text)];
        }
        var whole = Sample(1, 300);
        Assert.Equal(whole, Sample(1, 1, 2, 100, 197));
        Assert.NotEqual(whole, Sample(2, 300));
        Assert.True(whole.Distinct().Count() > 20);
    }

    /// <summary>Which tokens are drawn from a distribution.</summary>
    private static long[] Support(SamplingOptions options, params double[] probabilities)
    {
        using var scope = NewDisposeScope();
        var strategy = DecodingPlan.CreateStrategy(options);
        const int Draws = 2000;
        float[] logProbabilities = [.. Enumerable.Repeat(probabilities, Draws).SelectMany(row => row).Select(probability => (float)Math.Log(probability))];
        long[] texts = [.. Enumerable.Range(0, Draws)];
        return [.. strategy.Choose(new DecodingStep(logProbabilities, new double[Draws], new long[Draws], texts)).Tokens.Distinct().Order()];
    }
}
