using TextVae.Runs;
using TextVae.Training;

namespace TextVae.Tests;

/// <summary>A run folder that version 0.1 wrote, before the folders were put in layers: it is read for ever.</summary>
public class FixtureTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "TextVae.Tests", "Fixtures", "run-of-0.1");

    private static readonly SessionOptions Options = new() { Threads = 1, Precision = Precision.Float32 };

    [Fact]
    public void It_loads_and_writes_the_same_texts()
    {
        using var session = TextVaeSession.Load(Folder, Options);
        Assert.Equal(File.ReadAllLines(Path.Combine(Folder, "samples.txt")), session.Sample(8));
        Assert.Equal(File.ReadAllLines(Path.Combine(Folder, "samples.drawn.txt")), session.Sample(8, new SamplingOptions { Temperature = 1, Seed = 3 }));
    }

    [Fact]
    public void Its_training_goes_on_from_its_checkpoint_on_the_same_data()
    {
        using var folder = new TemporaryFolder();
        var run = folder["run"];
        CopyTo(run);
        var training = new RunFolder(run).ReadTraining();
        var recipe = training.Recipe with { Training = training.Recipe.Training with { Steps = 203 } };
        using var corpus = new RunFolder(run).OpenCorpus(TextVae.Models.SavedModel.Load(run).Tokenizer);
        var done = 0L;
        Assert.True(new Trainer(recipe, corpus, new RunFolder(run), [new Start(steps => done = steps)]).Run());
        Assert.Equal(200, done);
        Assert.Equal(203, new RunFolder(run).SavedStep);
    }

    private static void CopyTo(string target)
    {
        foreach (var file in Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private sealed class Start(Action<long> tell) : ITrainingObserver
    {
        public void Started(TrainingStart start) => tell(start.StepsDone);
    }
}
