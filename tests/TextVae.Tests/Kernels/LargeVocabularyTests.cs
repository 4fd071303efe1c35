using TextVae.Data;
using TextVae.Generation;
using TextVae.Models;
using TextVae.Objectives;
using TextVae.Tests.Generation.Constraints;
using TorchSharp;
using static TorchSharp.torch;

namespace TextVae.Tests.Kernels;

/// <summary>Small layers with as many tokens as subwords of large corpora are.</summary>
public class LargeVocabularyTests
{
    private const int Vocabulary = 25_000, Batch = 3;

    private static Tensor Tokens() => randint(Vocabulary - 50, Vocabulary, [Batch, Tiny.Length], dtype: int64, generator: new Generator(5));

    private static readonly Dictionary<string, ModelConfig> Models = new()
    {
        ["whole rows"] = Tiny.Config,
        ["embeddings"] = Tiny.Config with { Encoder = new LstmEncoderConfig { Hidden = 9, Embedding = 4, ReadsPadding = false }, Decoder = new LstmDecoderConfig { Hidden = 9, Embedding = 5 } },
    };

    [Theory]
    [InlineData("whole rows")]
    [InlineData("embeddings")]
    public void Costs_and_all_gradients_are_the_plain_ones_in_float64(string name)
    {
        using var scope = NewDisposeScope();
        var (expected, actual) = (Results(Models[name], float64), Results(Models[name], float32));
        // A bias before a batch normalisation has no gradient but what rounding leaves.
        Assert.All(expected.Where(pair => !(pair.Key.Contains("convolution", StringComparison.Ordinal) && pair.Key.EndsWith("bias", StringComparison.Ordinal))), pair =>
        {
            var most = pair.Value.abs().max().item<double>();
            Assert.True(actual[pair.Key].allclose(pair.Value, 1e-3, 1e-3 * most + 1e-6), pair.Key);
        });
    }

    [Theory]
    [InlineData("whole rows")]
    [InlineData("embeddings")]
    public void Generated_texts_have_the_probability_that_the_plain_model_gives_them(string name)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var model = new TextVaeModel(Models[name], Tiny.Length, Vocabulary);
        model.eval();
        var bias = model.DecoderParameters.Last(named => named.parameter.shape is [Vocabulary]).parameter;
        bias.narrow(0, Vocabulary - 100, 100).add_(1);
        var z = Tiny.Noise(Batch);
        var plan = new DecodingPlan(new SamplingOptions(), Tokenizer(), model.Shape);
        using var batch = new DecodingBatch(model, model.Prepare(), CPU);
        var texts = new DecodingQueue(batch).Run(new DecodingRequest(plan, Batch, (first, some) => z.narrow(0, first, some), 0)).ToList();
        var tokens = tensor(texts.SelectMany(text => text.Tokens.Select(id => (long)id)).ToArray()).view(Batch, Tiny.Length);
        model.to(float64);
        var plain = model.Decode(z.to(float64), model.Previous(tokens)).Logits.log_softmax(-1).gather(-1, tokens.unsqueeze(-1)).sum([1L, 2L]);
        Assert.Equal(plain.data<double>().ToArray(), texts.Select(text => text.LogProbability), (one, other) => Math.Abs(one - other) < 1e-2);
        Assert.Contains(texts.SelectMany(text => text.Tokens), token => token > 20_000);
    }

    private static PieceList Tokenizer() => new([.. Enumerable.Range(1, Vocabulary - 1).Select(id => System.Text.Encoding.ASCII.GetBytes($"{id:D8}"))], hasEnd: false);

    private static Dictionary<string, Tensor> Results(ModelConfig config, ScalarType type)
    {
        var model = new TextVaeModel(config, Tiny.Length, Vocabulary);
        model.to(type);
        var tokens = Tokens();
        var nats = Tiny.Terms(new Objective(padId: 0, scorePadding: false), model, TextBatch.Of(tokens), Tiny.Noise(Batch).to(type)).Reconstruction;
        nats.sum().backward();
        return model.named_parameters().Where(named => named.parameter.grad is not null)
            .Select(named => (named.name, named.parameter.grad!)).Append(("nats", nats.detach()))
            .ToDictionary(result => result.Item1, result => (result.Item2.is_sparse ? result.Item2.to_dense() : result.Item2).to(float64));
    }
}
