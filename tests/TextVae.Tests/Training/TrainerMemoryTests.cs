using TextVae.Runs;
using TextVae.Training;

namespace TextVae.Tests.Training;

public class TrainerMemoryTests
{
    [Fact]
    public void Steps_reports_validations_and_checkpoints_leave_no_tensors_threads_or_files_behind()
    {
        using var folder = new TemporaryFolder();
        using var corpus = Tiny.Corpus(folder.Path);
        var recipe = Tiny.Recipe with { Training = Tiny.Recipe.Training with { Steps = 102, Threads = 1 } };
        var run = new RunFolder(folder["run"]);
        run.Begin(new TrainingFile { Recipe = recipe }, corpus.Tokenizer.Vocabulary);
        var measured = new AtSteps(21, 101);
        using var metrics = new MetricsLog();
        using var trainer = new Trainer(recipe, corpus, run, [metrics, new TensorBoardLog(), new ModelCard(), measured]);

        trainer.Run();

        measured.Found[1].AssertNoMoreThan(measured.Found[0]);
    }

    private sealed class AtSteps(params long[] steps) : ITrainingObserver
    {
        public List<Holdings> Found { get; } = [];

        public void Stepped(long step)
        {
            if (steps.Contains(step))
            {
                Found.Add(Holdings.Now());
            }
        }
    }
}
