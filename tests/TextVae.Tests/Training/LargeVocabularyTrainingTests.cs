using TextVae.Data;
using TextVae.Kernels;
using TextVae.Models;
using TextVae.Runs;
using TextVae.Training;
using static TorchSharp.torch;

namespace TextVae.Tests.Training;

/// <summary>Training by words, more of them than a table has whose rows are all computed.</summary>
public sealed class LargeVocabularyTrainingTests : IDisposable
{
    private static readonly Recipe Recipe = Tiny.Recipe with
    {
        Data = new DataConfig { Length = 16, Tokenizer = "words" },
        Model = Tiny.Config with
        {
            Encoder = new LstmEncoderConfig { Hidden = 7, Embedding = 5, ReadsPadding = false },
            Decoder = new LstmDecoderConfig { Hidden = 9, Embedding = 6 },
        },
        Training = Tiny.Recipe.Training with { Steps = 3, ValidateEvery = 3, CheckpointEvery = 3, Clip = 0.5 },
    };

    private readonly TemporaryFolder folder = new();
    private readonly Corpus corpus;

    public LargeVocabularyTrainingTests()
    {
        File.WriteAllLines(folder["words.txt"], Enumerable.Range(0, 300).Select(line => string.Join(' ', Enumerable.Range(0, 1 + line % 7).Select(word => $"w{line * 7 + word * 11}"))));
        corpus = Corpus.Load(Recipe.Data, [folder["words.txt"]]);
        Assert.True(corpus.Tokenizer.Vocabulary.Count > SparseRows.Few);
    }

    public void Dispose()
    {
        corpus.Dispose();
        folder.Dispose();
    }

    private RunFolder Begin(string name, Recipe recipe)
    {
        var run = new RunFolder(folder[name]);
        run.Begin(new TrainingFile { Recipe = recipe }, corpus.Tokenizer.Vocabulary);
        return run;
    }

    private bool Train(Recipe recipe, RunFolder run, bool stopped = false)
    {
        using var trainer = new Trainer(recipe, corpus, run, []);
        return trainer.Run(new CancellationToken(stopped));
    }

    [Fact]
    public void It_resumes_to_the_bit()
    {
        var recipe = Recipe with { Training = Recipe.Training with { Threads = 2 } };
        var (whole, pieces) = (Begin("whole", recipe), Begin("pieces", recipe));
        Assert.True(Train(recipe, whole));
        while (!Train(recipe, pieces, stopped: true))
        {
        }
        var saved = SavedModel.Load(folder["whole"]);
        Assert.Equal(File.ReadAllBytes(whole.At(SavedModel.WeightsName)), File.ReadAllBytes(pieces.At(SavedModel.WeightsName)));
        Assert.Equal(Recipe.Model.Encoder, saved.File.Model.Encoder);
        saved.Model.Dispose();
    }

    // After one step Adam's means are a tenth of the gradients.
    [Fact]
    public void Workers_that_share_a_batch_have_the_gradients_of_all_of_it()
    {
        using var scope = NewDisposeScope();
        Dictionary<string, Tensor> AfterOneStep(int threads)
        {
            var recipe = Recipe with { Training = Recipe.Training with { Threads = threads, Steps = 1, BatchSize = 5, Precision = Precision.Float32 } };
            var run = Begin($"{threads}", recipe);
            Train(recipe, run);
            var model = new TextVaeModel(recipe.Model, recipe.Data.Length, corpus.Tokenizer.Vocabulary.Count);
            var adam = new Adam(model.named_parameters());
            run.LoadCheckpoint(model, adam.State);
            return adam.State.Where(state => state.Key.EndsWith(".mean", StringComparison.Ordinal)).ToDictionary();
        }
        var expected = AfterOneStep(1);
        foreach (var (tensor, actual) in AfterOneStep(3))
        {
            var most = expected[tensor].abs().max().item<float>();
            Assert.True(actual.allclose(expected[tensor], 1e-3, 1e-4 * most + 1e-7), tensor);
        }
    }
}
