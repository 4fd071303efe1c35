using TextVae.Data;
using TextVae.Runs;
using TextVae.Training;

namespace TextVae.Tests.Training;

/// <summary>
/// Paragraphs beside which the model is small: what the encoder adds up over their length made the log-variance so large
/// that its exponential, and with it the KL term, left the numbers before step 50.
/// </summary>
public sealed class LongTextsTests
{
    private const int Paragraphs = 376, Characters = 300, Steps = 50;

    [Fact(Timeout = 300_000)]
    public Task Paragraphs_train_with_the_settings_that_are_shipped() => Task.Run(() =>
    {
        using var folder = new TemporaryFolder();
        File.WriteAllLines(folder["paragraphs.txt"], Texts());
        var recipe = RecipeFile.Load("small",
        [
            "data.length=304", "model.expansion.channels=[16,16,16]", "model.expansion.features=8", "model.decoder.hidden=32",
            $"training.steps={Steps}", "training.reportEvery=1", "training.validateEvery=50",
        ]);
        using var corpus = Corpus.Load(recipe.Data, [folder["paragraphs.txt"]]);
        var run = new RunFolder(folder["run"]);
        run.Begin(new TrainingFile { Recipe = recipe }, corpus.Tokenizer.Vocabulary);
        var terms = new Terms();
        using var trainer = new Trainer(recipe, corpus, run, [terms]);
        Assert.True(trainer.Run(TestContext.Current.CancellationToken));
        Assert.Equal(Steps + 1, terms.Kl.Count);
        Assert.All(terms.Kl, kl => Assert.InRange(kl, 0, recipe.Model.Latent * Math.Exp(20))); // of the largest log-variance
        Assert.All(terms.Kl.TakeLast(10), kl => Assert.InRange(kl, 0, terms.Reconstruction[0])); // those that were beyond the bound have come back
        Assert.True(terms.Reconstruction[^1] < terms.Reconstruction[0]);
    });

    private static IEnumerable<string> Texts()
    {
        var random = new Random(1);
        string[] words = [.. Enumerable.Range(0, 300).Select(_ => string.Concat(Enumerable.Range(0, random.Next(2, 10)).Select(_ => (char)random.Next('a', 'z' + 1))))];
        return Enumerable.Range(0, Paragraphs).Select(_ => string.Join(' ', random.GetItems(words, Characters / 2))[..Characters]);
    }

    private sealed class Terms : ITrainingObserver
    {
        public List<double> Kl { get; } = [];

        public List<double> Reconstruction { get; } = [];

        public void Reported(TrainingReport report)
        {
            Kl.Add(report.Kl);
            Reconstruction.Add(report.Reconstruction);
        }

        public void Validated(ValidationReport report) => Kl.Add(report.Result.Kl);
    }
}
