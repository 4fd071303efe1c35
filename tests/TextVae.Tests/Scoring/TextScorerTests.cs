using TextVae.Data;
using TextVae.Evaluation;
using TextVae.Models;
using TextVae.Objectives;
using TextVae.Scoring;
using static TorchSharp.torch;

namespace TextVae.Tests.Scoring;

public sealed class TextScorerTests : IDisposable
{
    private const int Texts = 60;

    private static readonly ModelConfig LanguageModel = new()
    {
        Latent = 0,
        Encoder = new NoEncoderConfig(),
        Expansion = new NoExpansionConfig(),
        Decoder = new LstmDecoderConfig { Hidden = 9 },
    };

    private readonly TemporaryFolder _folder = new();
    private readonly Corpus _corpus;

    public TextScorerTests() => _corpus = Tiny.Corpus(_folder.Path);

    public void Dispose()
    {
        _corpus.Dispose();
        _folder.Dispose();
    }

    private EvaluationBatches Batches => new(_corpus.Train, batchSize: Texts, limit: Texts);

    private Objective Objective(bool scorePadding = false) => new(_corpus.Tokenizer.Vocabulary.PadId, scorePadding);

    private TextVaeModel Model(ModelConfig config) => new(config, Tiny.Recipe.Data.Length, _corpus.Tokenizer.Vocabulary.Count, seed: 1);

    private Evaluator Evaluator(TextVaeModel model, bool scorePadding = false) => new(model, Objective(scorePadding), _corpus.Tokenizer, CPU);

    /// <summary>A decoder that reads nothing of z: then no noise is in the reconstruction.</summary>
    private TextVaeModel Deaf()
    {
        using var _ = no_grad();
        var model = Model(Tiny.Config);
        foreach (var (_, parameter) in model.named_parameters().Where(named => named.name.StartsWith("expansion.projection", StringComparison.Ordinal)))
        {
            parameter.zero_();
        }
        return model;
    }

    public static TheoryData<DecoderConfig, bool> Decoders => new()
    {
        { new LstmDecoderConfig { Hidden = 9 }, false },
        { new LstmDecoderConfig { Hidden = 9 }, true },
        { new ByteNetDecoderConfig { Layers = 2, Channels = 6 }, false },
        { new ParallelDecoderConfig(), false },
    };

    [Theory]
    [MemberData(nameof(Decoders))]
    public void A_text_costs_the_same_alone_and_among_others(DecoderConfig decoder, bool scorePadding)
    {
        using var scope = NewDisposeScope();
        var texts = Batches.Read(0);
        var scorer = new TextScorer(Model(Tiny.Config with { Decoder = decoder }), Objective(scorePadding), CPU);
        var together = scorer.Score(texts, importanceSamples: 3);
        foreach (var row in new[] { 0, 7, Texts - 1 })
        {
            var alone = scorer.Score(texts.Select([row]), importanceSamples: 3); // fewer positions are decoded
            Assert.Equal(together.Reconstruction[row], alone.Reconstruction[0], 1e-4f);
            Assert.Equal(together.Kl[row], alone.Kl[0], 1e-4f);
            Assert.Equal(together.Bound[row], alone.Bound[0], 1e-4);
        }
        Assert.Equal(together.Reconstruction.Distinct().Count(), Enumerable.Range(0, texts.Count).Select(row => string.Join(' ', texts[row].ToArray())).Distinct().Count());
    }

    [Fact]
    public void Without_z_in_the_reconstruction_the_means_are_the_evaluators()
    {
        using var scope = NewDisposeScope();
        foreach (var (model, scorePadding) in new[] { (Deaf(), false), (Deaf(), true), (Model(LanguageModel), false) })
        {
            var expected = Evaluator(model, scorePadding).Evaluate(Batches);
            var costs = new TextScorer(model, Objective(scorePadding), CPU).Score(Batches.Read(0));
            Assert.Equal(expected.Reconstruction, costs.Reconstruction.Average(nats => (double)nats), 1e-4);
            Assert.Equal(expected.Kl, costs.Kl.Average(nats => (double)nats), 1e-4);
            Assert.Equal(-expected.Elbo, costs.Bound.Average(), 1e-4);
        }
    }

    [Fact]
    public void Many_importance_samples_lead_from_the_ELBO_to_the_likelihood()
    {
        using var scope = NewDisposeScope();
        var model = Deaf(); // its likelihood is known: p(x) = p(x|z)
        foreach (var (_, parameter) in model.named_parameters().Where(named => named.name.StartsWith("encoder.posterior", StringComparison.Ordinal)))
        {
            using var _ = no_grad();
            parameter.mul_(3); // a posterior that is worse the further it is from the prior
        }
        var costs = new TextScorer(model, Objective(), CPU).Score(Batches.Read(0), importanceSamples: 200);
        var (likelihood, kl) = (costs.Reconstruction.Average(nats => (double)nats), costs.Kl.Average(nats => (double)nats));
        Assert.InRange(kl, 0.1, 10);
        Assert.Equal(likelihood, costs.Bound.Average(), 0.25 * kl);
        Assert.Equal(Evaluator(model).ImportanceWeighted(Batches, samples: 200).Nll, costs.Bound.Average(), 0.25 * kl);
    }

    [Fact]
    public void The_tokens_costs_add_up_to_the_reconstruction()
    {
        using var scope = NewDisposeScope();
        foreach (var scorePadding in new[] { false, true })
        {
            var scorer = new TextScorer(Model(Tiny.Config), Objective(scorePadding), CPU);
            var (plain, perToken) = (scorer.Score(Batches.Read(0)), scorer.Score(Batches.Read(0), perToken: true));
            Assert.Null(plain.Tokens);
            Assert.Equal(plain.Reconstruction, perToken.Reconstruction, (a, b) => Math.Abs(a - b) < 1e-4);
            Assert.Equal(plain.Reconstruction, perToken.Tokens!.Select(tokens => tokens.Sum()), (a, b) => Math.Abs(a - b) < 1e-4);
        }
    }
}
