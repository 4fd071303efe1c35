using TextVae.Data;
using TextVae.Models;
using TextVae.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace TextVae.Tests.Models;

/// <summary>What holds for every model of the paper, whatever its parts.</summary>
public class CompositionTests
{
    private static readonly LstmDecoderConfig Lstm = new() { Hidden = 9 };
    private static readonly ByteNetDecoderConfig ByteNet = new() { Layers = 2, Channels = 6 };

    private static readonly Dictionary<string, ModelConfig> Models = new()
    {
        ["hybrid"] = Tiny.Config,
        ["hybrid with normalised means"] = Tiny.Config with { MeanScale = 0.5 },
        ["hybrid bytenet"] = Tiny.Config with { Decoder = ByteNet },
        ["feed-forward"] = Tiny.Config with { Decoder = new ParallelDecoderConfig() },
        ["lstm vae"] = Tiny.Config with { Encoder = new LstmEncoderConfig { Hidden = 9 }, Expansion = new InitialStateExpansionConfig { Hidden = 9 } },
        ["hybrid with embeddings"] = Tiny.Config with { Encoder = new ConvolutionalEncoderConfig { Channels = [6, 7], Embedding = 4 }, Decoder = Lstm with { Embedding = 5 } },
        ["bytenet with embeddings"] = Tiny.Config with { Decoder = ByteNet with { Embedding = 5 } },
        ["lstm vae that reads no padding"] = Tiny.Config with { Encoder = new LstmEncoderConfig { Hidden = 9, Embedding = 4, ReadsPadding = false }, Expansion = new InitialStateExpansionConfig { Hidden = 9 } },
        ["historyless lstm"] = Tiny.Config with { Encoder = new LstmEncoderConfig { Hidden = 9 }, Expansion = new InitialStateExpansionConfig { Hidden = 9 }, History = false },
        ["lstm language model"] = new() { Latent = 0, Encoder = new NoEncoderConfig(), Expansion = new NoExpansionConfig(), Decoder = Lstm },
        ["bytenet language model"] = new() { Latent = 0, Encoder = new NoEncoderConfig(), Expansion = new NoExpansionConfig(), Decoder = ByteNet },
    };

    public static TheoryData<string> Names => [.. Models.Keys];

    private static TextVaeModel Build(string name) => new(Models[name], Tiny.Length, Tiny.Vocabulary, seed: 1);

    private static Tensor Noise(TextVaeModel model, int batch) => Tiny.Noise(batch).narrow(1, 0, model.Shape.Latent);

    [Theory]
    [MemberData(nameof(Names))]
    public void Its_weights_are_all_trained_and_saved_under_one_name(string name)
    {
        using var scope = NewDisposeScope();
        var model = Build(name);
        var tokens = Tiny.Tokens(5);
        Tiny.Terms(new Objective(0, false), model, TextBatch.Of(tokens), Noise(model, 5)).Total(beta: 1, alpha: 0.2).backward();
        Assert.All(model.named_parameters(), pair => Assert.True(pair.parameter.grad is not null, pair.name));
        Assert.Equal(model.state_dict().Count, model.state_dict().Values.Select(tensor => tensor.Handle).Distinct().Count());
    }

    // Texts of every length, whose order is not that of their lengths; the plain path computes all positions.
    [Theory]
    [MemberData(nameof(Names))]
    public void Leaving_padding_out_changes_neither_terms_nor_gradients(string name)
    {
        foreach (var (scorePadding, training, type, tolerance) in new[]
        {
            (false, true, float64, 1e-9), (true, true, float64, 1e-9), (false, true, float32, 1e-3), (false, false, float64, 1e-9), (false, false, float32, 1e-3),
        })
        {
            using var scope = NewDisposeScope();
            var (model, reference, objective) = (Build(name), Build(name), new Objective(0, scorePadding));
            model.to(type);
            reference.to(float64);
            model.train(training);
            reference.train(training);
            var texts = Ragged();
            var noise = Noise(model, texts.Count);
            var terms = Tiny.Terms(objective, model, texts, noise.to(type));
            var plain = objective.TermsPlain(reference.Forward(texts, reference.Previous(texts.Tokens), noise.to(float64)), texts);
            foreach (var (actual, expected) in terms.Tensors.Zip(plain.Tensors))
            {
                Assert.True(actual.to(float64).allclose(expected.to(float64), tolerance, tolerance));
            }
            terms.Total(beta: 0.7, alpha: 0.2).backward();
            plain.Total(beta: 0.7, alpha: 0.2).backward();
            foreach (var (actual, expected) in model.named_parameters().Zip(reference.named_parameters()))
            {
                Assert.True(actual.parameter.grad!.to(float64).allclose(expected.parameter.grad!, tolerance, tolerance), $"{actual.name} {type} {scorePadding} {training}");
            }
        }
    }

    private static TextBatch Ragged()
    {
        int[] lengths = [3, 8, 1, 5, 8, 2, 1];
        var ids = Tiny.Tokens(lengths.Length).to(int32).data<int>().ToArray();
        foreach (var (text, length) in lengths.Index())
        {
            Array.Clear(ids, text * Tiny.Length + length, Tiny.Length - length);
        }
        return new TextBatch(ids, lengths).On(CPU);
    }

    // In float64 by torch's own operations, as on another device.
    [Theory]
    [MemberData(nameof(Names))]
    public void Generation_step_by_step_gives_the_logits_of_teacher_forcing(string name)
    {
        using var scope = NewDisposeScope();
        var model = Build(name);
        Tiny.Forward(model, Tiny.Tokens(16), Noise(model, 16)); // moves the running statistics away from 0 and 1
        using var evaluation = new EvaluationMode(model);
        var tokens = Tiny.Tokens(4);
        var previous = model.Previous(tokens);
        foreach (var type in new[] { float32, float64 })
        {
            model.to(type);
            var noise = Noise(model, 4).to(type);
            var expected = Tiny.Forward(model, tokens, noise).Logits;
            var decoder = model.Prepare().Begin(model.Encode(TextBatch.Of(tokens)).Sample(noise));
            var logits = stack(Enumerable.Range(0, Tiny.Length).Select(t => decoder.Next(previous.select(1, t).data<long>().ToArray(), [t, t, t, t])).ToArray(), 1);
            Assert.Equal(type, logits.dtype);
            Assert.True(allclose(expected, logits, rtol: 1e-4, atol: 1e-5));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_the_same_in_another_type_and_so_on_another_device(string name)
    {
        using var scope = NewDisposeScope();
        var model = Build(name);
        var (tokens, noise) = (Tiny.Tokens(5), Noise(model, 5));
        var single = Tiny.Forward(model, tokens, noise).Logits;
        model.to(float64);
        Assert.True(allclose(single.to(float64), Tiny.Forward(model, tokens, noise.to(float64)).Logits, rtol: 1e-3, atol: 1e-4));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void The_receptive_field_of_N_masked_convolutions_is_N_plus_one_characters(int layers)
    {
        using var scope = NewDisposeScope();
        var model = new TextVaeModel(Models["hybrid bytenet"] with { Decoder = ByteNet with { Layers = layers } }, Tiny.Length, Tiny.Vocabulary, seed: 2);
        using var evaluation = new EvaluationMode(model);
        var (tokens, noise) = (Tiny.Tokens(1), Tiny.Noise(1));
        const int Last = Tiny.Length - 1;
        Tensor LogitsWhere(int back) // the character that stands so far before the last is another one
        {
            var changed = tokens.clone();
            changed[0, Last - back] = tokens[0, Last - back] % (Tiny.Vocabulary - 1) + 1;
            return model.Forward(TextBatch.Of(tokens), model.Previous(changed), noise).Logits[0, Last];
        }
        var before = model.Forward(TextBatch.Of(tokens), model.Previous(tokens), noise).Logits[0, Last];
        Assert.True(LogitsWhere(back: layers + 2).equal(before).all().item<bool>());
        Assert.False(LogitsWhere(back: layers + 1).equal(before).any().item<bool>());
    }

    [Fact]
    public void Without_history_the_previous_characters_change_nothing()
    {
        using var scope = NewDisposeScope();
        var model = Build("historyless lstm");
        using var evaluation = new EvaluationMode(model);
        var (tokens, noise) = (Tiny.Tokens(2), Tiny.Noise(2));
        var before = model.Forward(TextBatch.Of(tokens), model.Previous(tokens), noise).Logits;
        Assert.True(before.equal(model.Forward(TextBatch.Of(tokens), model.Previous(Tiny.Tokens(2, seed: 77)), noise).Logits).all().item<bool>());
        Assert.False(before.equal(model.Forward(TextBatch.Of(tokens), model.Previous(tokens), noise + 1).Logits).any().item<bool>());
    }

    [Fact]
    public void A_language_model_has_no_KL_and_no_auxiliary_term()
    {
        using var scope = NewDisposeScope();
        var model = Build("lstm language model");
        var tokens = Tiny.Tokens(3);
        var terms = Tiny.Terms(new Objective(0, false), model, TextBatch.Of(tokens), Noise(model, 3));
        Assert.All(terms.Kl.data<float>().ToArray().Concat(terms.Auxiliary.data<float>().ToArray()), nats => Assert.Equal(0, nats));
        Assert.All(terms.Reconstruction.data<float>().ToArray(), nats => Assert.True(nats > 0));
    }

    [Fact]
    public void Parts_that_do_not_fit_are_refused_with_the_reason()
    {
        void Refused(ModelConfig config, string reason) =>
            Assert.Contains(reason, Assert.Throws<InvalidInputException>(() => config.Validate(Tiny.Length)).Message);
        Refused(Models["lstm vae"] with { Decoder = Lstm with { Hidden = 10 } }, "model.expansion.hidden is 9; expected model.decoder's 10");
        Refused(Models["lstm vae"] with { Decoder = ByteNet }, "model.expansion.hidden is 9");
        Refused(Models["lstm vae"] with { Decoder = new ParallelDecoderConfig() }, "model.expansion.hidden is 9");
        Refused(Models["lstm language model"] with { Latent = 5 }, "model.latent is 5; expected 0");
        Refused(Tiny.Config with { Encoder = new NoEncoderConfig(), Latent = 0 }, "model.expansion");
    }
}
