using TextVae.Data;
using TextVae.Evaluation;
using TextVae.Models;
using TextVae.Objectives;
using TextVae.Runs;
using TextVae.Training;
using static TorchSharp.torch;

namespace TextVae.Tests.Evaluation;

public sealed class EvaluatorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Corpus _corpus;

    public EvaluatorTests() => _corpus = Tiny.Corpus(_folder.Path);

    private EvaluationBatches Batches => new(_corpus.Train, batchSize: 16, limit: 60);

    private int Vocabulary => _corpus.Tokenizer.Vocabulary.Count;

    public void Dispose()
    {
        _corpus.Dispose();
        _folder.Dispose();
    }

    private TextVaeModel Model(ModelConfig config) => new(config, Tiny.Recipe.Data.Length, Vocabulary, seed: 1);

    private Evaluator Measuring(TextVaeModel model, bool scorePadding = false) =>
        new(model, new Objective(_corpus.Tokenizer.Vocabulary.PadId, scorePadding), _corpus.Tokenizer, CPU, seed: 1);

    /// <summary>Sets the parameters whose names begin so to 0.</summary>
    private static TextVaeModel Zero(TextVaeModel model, string prefix)
    {
        using var _ = no_grad();
        foreach (var (name, parameter) in model.named_parameters())
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
            {
                parameter.zero_();
            }
        }
        return model;
    }

    [Fact]
    public void Bits_per_character_are_nats_over_characters_and_the_logarithm_of_two()
    {
        var bits = BitsPerCharacter.From(reconstruction: 30 * Math.Log(2), kl: 10 * Math.Log(2), characters: 20);
        Assert.Equal(1.5, bits.Reconstruction, 1e-12);
        Assert.Equal(0.5, bits.Kl, 1e-12);
        Assert.Equal(2, bits.Total, 1e-12);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_model_that_knows_nothing_has_the_vocabulary_for_its_perplexity(bool scorePadding)
    {
        using var scope = NewDisposeScope();
        var evaluator = Measuring(Zero(Model(Tiny.Config), ""), scorePadding);
        var result = evaluator.Evaluate(Batches);

        var length = Tiny.Recipe.Data.Length;
        Assert.Equal(60, result.Texts);
        Assert.Equal(scorePadding ? 60 * length : result.Characters + 60, result.Tokens); // without padding, a text has its end beside its characters
        Assert.NotEqual(result.Characters + 60, 60 * length);
        Assert.Equal(Vocabulary, result.Perplexity, 1e-4);

        // q is the prior and p(x|z) has no z in it: every sample's weight is the likelihood.
        var weighted = evaluator.ImportanceWeighted(Batches, samples: 20);
        var nats = result.Tokens * Math.Log(Vocabulary) / 60;
        Assert.Equal(20, weighted.Samples);
        Assert.Equal(nats, weighted.Nll, 1e-3);
        Assert.Equal(Vocabulary, weighted.Perplexity, 1e-4);
        Assert.Equal(nats * 60 / (result.Characters * Math.Log(2)), weighted.BitsPerCharacter, 1e-4);
    }

    [Fact]
    public void A_decoder_that_ignores_the_latent_vector_loses_nothing_by_a_random_one()
    {
        using var scope = NewDisposeScope();
        var result = Measuring(Zero(Model(Tiny.Config), "expansion.projection")).Evaluate(Batches);
        Assert.Equal(0, result.RandomLatentGap!.Value, 1e-9);
        Assert.Equal(PosteriorState.Collapsed, result.Posterior!.State);
        Assert.Equal(result.Kl, result.MutualInformation + result.MarginalKl, 1e-5);
    }

    [Fact]
    public void A_decoder_that_needs_the_latent_vector_loses_by_a_random_one()
    {
        using var scope = NewDisposeScope();
        var recipe = Tiny.Recipe with
        {
            Model = Tiny.Config with { Decoder = new ParallelDecoderConfig() }, // it knows z alone
            Objective = new ObjectiveConfig { Alpha = 0, Kl = new ConstantSchedule { Weight = 0.1 } },
            Training = Tiny.Recipe.Training with { Steps = 200, BatchSize = 32, LearningRate = 0.03, ReportEvery = 200, ValidateEvery = 200, CheckpointEvery = 200, Threads = 1 },
        };
        var run = new RunFolder(_folder["run"]);
        run.Begin(new TrainingFile { Recipe = recipe }, _corpus.Tokenizer.Vocabulary);
        using var trainer = new Trainer(recipe, _corpus, run, []);
        trainer.Run();
        var evaluator = Measuring(SavedModel.Load(run.Path).Model);

        var result = evaluator.Evaluate(Batches);
        Assert.InRange(result.RandomLatentGap!.Value, 1, double.PositiveInfinity);
        Assert.Equal(PosteriorState.InUse, result.Posterior!.State);
        Assert.InRange(result.MutualInformation, 0.1, Math.Log(60));

        // The same samples and some more: a tighter bound, and the ELBO is the loosest.
        var (few, many) = (evaluator.ImportanceWeighted(Batches, samples: 5), evaluator.ImportanceWeighted(Batches, samples: 100));
        Assert.True(many.Nll < few.Nll && few.Nll < -result.Elbo, $"{many.Nll}, {few.Nll}, {-result.Elbo} nats");
        Assert.Equal(many, evaluator.ImportanceWeighted(Batches, samples: 100));
        Assert.Equal(result, evaluator.Evaluate(Batches));
    }

    [Fact]
    public void A_language_model_has_its_exact_likelihood_whatever_the_samples()
    {
        using var scope = NewDisposeScope();
        var evaluator = Measuring(Model(new ModelConfig
        {
            Latent = 0,
            Encoder = new NoEncoderConfig(),
            Expansion = new NoExpansionConfig(),
            Decoder = new LstmDecoderConfig { Hidden = 9 },
        }));
        var result = evaluator.Evaluate(Batches);
        var weighted = evaluator.ImportanceWeighted(Batches, samples: 1_000_000);
        Assert.Equal(-result.Elbo, weighted.Nll, 1e-9);
        Assert.Equal(1_000_000, weighted.Samples);
        Assert.Equal(result.Perplexity, weighted.Perplexity, 1e-9);
        Assert.Equal((0, 0, 0), (result.MutualInformation, result.MarginalKl, result.ActiveUnits));
        Assert.Null(result.RandomLatentGap);
        Assert.Null(result.Posterior);
    }
}
