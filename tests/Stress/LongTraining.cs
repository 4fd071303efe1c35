namespace TextVae.Stress;

/// <summary>One long run in one process, with its reports, validations and checkpoints.</summary>
internal sealed class LongTraining : IPromise
{
    public string Name => "training";

    public string Promise => "Training takes no more tensors, threads, handles or memory after a night than after a minute";

    public string Test => "one run in one process, measured each 100 steps; a report each 20 steps, a validation and a checkpoint each 100; slopes (least squares) of the second half";

    public string Try(Dose dose)
    {
        using var folder = TinyModel.Hybrid.Prepare();
        var recipe = RecipeFile.Load(folder["hybrid.json"],
            [$"training.steps={dose.Of(small: 10_000, full: 20_000)}", "training.reportEvery=20", "training.validateEvery=100", "training.checkpointEvery=100"]);
        var drift = new Drift("steps");

        TextVaeTraining.Run(folder["run"], recipe, TrainingTexts.Files(folder["animals.txt"]), new TrainingOptions { Progress = new EachHundred(drift) });

        return drift.Judge();
    }

    private sealed class EachHundred(Drift drift) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Step % 100 == 50) // between two saves
            {
                drift.Measure(value.Step);
            }
        }
    }
}
