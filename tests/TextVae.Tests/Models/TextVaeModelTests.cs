using TextVae.Data;
using TextVae.Models;
using static TorchSharp.torch;

namespace TextVae.Tests.Models;

public class TextVaeModelTests
{
    [Fact]
    public void A_forward_pass_has_the_shapes_that_it_documents()
    {
        using var scope = NewDisposeScope();
        var output = Tiny.Forward(Tiny.Model(), Tiny.Tokens(4), Tiny.Noise(4));
        Assert.Equal([4, Tiny.Length, Tiny.Vocabulary], output.Logits.shape);
        Assert.Equal([4, Tiny.Length, Tiny.Vocabulary], output.AuxiliaryLogits!.shape);
        Assert.Equal([4, 3], output.Posterior.Mean.shape);
    }

    [Fact]
    public void The_decoder_sees_the_past_and_the_features_but_not_the_future()
    {
        using var scope = NewDisposeScope();
        var model = Tiny.Model();
        using var evaluation = new EvaluationMode(model);
        var tokens = Tiny.Tokens(1);
        var changed = tokens.clone();
        changed[0, 5] = tokens[0, 5] % (Tiny.Vocabulary - 1) + 1;
        var noise = Tiny.Noise(1);

        // The posterior is that of the first text in both, so that only the decoder's input differs.
        var before = model.Forward(TextBatch.Of(tokens), model.Previous(tokens), noise).Logits;
        var after = model.Forward(TextBatch.Of(tokens), model.Previous(changed), noise).Logits;

        var difference = (before - after).abs().amax([0, 2]).data<float>().ToArray();
        Assert.All(difference[..6], change => Assert.Equal(0, change)); // position 5 predicts the changed token; it must not read it
        Assert.All(difference[6..], change => Assert.True(change > 0));
    }

    [Fact]
    public void One_text_alone_has_the_posterior_that_it_has_among_others()
    {
        using var scope = NewDisposeScope();
        var model = Tiny.Model();
        for (var step = 0; step < 3; step++)
        {
            Tiny.Forward(model, Tiny.Tokens(16, (ulong)step), Tiny.Noise(16)); // moves the running statistics
        }
        using var evaluation = new EvaluationMode(model);
        var tokens = Tiny.Tokens(9);
        var together = model.Encode(TextBatch.Of(tokens));
        for (var text = 0; text < 9; text++)
        {
            var alone = model.Encode(TextBatch.Of(tokens.narrow(0, text, 1)));
            Assert.True(allclose(together.Mean.narrow(0, text, 1), alone.Mean, rtol: 0, atol: 1e-5));
            Assert.True(allclose(together.LogVariance.narrow(0, text, 1), alone.LogVariance, rtol: 0, atol: 1e-5));
        }
    }

    [Fact]
    public void Generation_step_by_step_gives_the_logits_of_teacher_forcing()
    {
        using var scope = NewDisposeScope();
        var model = Tiny.Model();
        using var evaluation = new EvaluationMode(model);
        var (tokens, noise) = (Tiny.Tokens(4), Tiny.Noise(4));
        var previous = model.Previous(tokens);
        var expected = model.Forward(TextBatch.Of(tokens), previous, noise).Logits;

        var decoder = model.Prepare().Begin(model.Encode(TextBatch.Of(tokens)).Sample(noise));
        var logits = stack(Enumerable.Range(0, Tiny.Length).Select(t => decoder.Next(previous.select(1, t).data<long>().ToArray(), [t, t, t, t])).ToArray(), 1);

        Assert.True(allclose(expected, logits, rtol: 1e-4, atol: 1e-5));
    }

    [Fact]
    public void Weights_are_a_function_of_the_seed_and_uniform_within_a_tenth()
    {
        using var scope = NewDisposeScope();
        var (one, same, other) = (Tiny.Model(7), Tiny.Model(7), Tiny.Model(8));
        foreach (var ((name, weight), (_, again)) in one.named_parameters().Zip(same.named_parameters()))
        {
            Assert.True(weight.equal(again).all().item<bool>(), name);
            var normalisation = name.Contains("normalization", StringComparison.Ordinal) || name.EndsWith("gain", StringComparison.Ordinal) || name.EndsWith("shift", StringComparison.Ordinal);
            Assert.InRange(weight.abs().max().item<float>(), normalisation ? 0 : 0.01f, normalisation ? 1f : 0.1f);
        }
        Assert.Contains(one.named_parameters().Zip(other.named_parameters()), pair => !pair.First.parameter.equal(pair.Second.parameter).all().item<bool>());
    }

    [Fact]
    public void The_tweets_hybrid_has_the_papers_number_of_parameters()
    {
        using var scope = NewDisposeScope();
        var recipe = RecipeFile.Load("tweets-hybrid");
        var model = new TextVaeModel(recipe.Model, recipe.Data.Length, vocabulary: 210); // what the recipe's minCount leaves of 67,488 real tweets
        Assert.InRange(model.ParameterCount, 10.8e6 * 0.97, 10.8e6 * 1.03); // paper 4.3
    }

    [Theory]
    [InlineData(62, "60 or 64")]
    [InlineData(3, "4")]
    public void A_length_that_the_layers_cannot_halve_is_refused_with_the_nearest_valid_ones(int length, string nearest)
    {
        var error = Assert.Throws<InvalidInputException>(() => Tiny.Config.Validate(length));
        Assert.Equal(InputKind.Usage, error.Kind);
        Assert.Contains($"data.length is {length}", error.Message);
        Assert.EndsWith(nearest, error.Message);
    }
}
