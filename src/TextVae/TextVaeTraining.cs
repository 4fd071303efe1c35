using TextVae.Data;
using TextVae.Platform;
using TextVae.Runs;
using TextVae.Training;

namespace TextVae;

/// <summary>Training in one call, from files of texts to a run folder: what <c>textvae train</c> does.</summary>
public static class TextVaeTraining
{
    /// <summary>
    /// Trains into a folder. Where the same run is there already, it goes on from its last checkpoint, so that one call
    /// serves for the first start and for every later one; a run that is done is left as it is.
    /// </summary>
    /// <param name="runFolder">What <c>TextVaeSession.Load</c> opens afterwards.</param>
    /// <param name="recipe">What to train and how; only its steps and threads may differ from the run's that is there.</param>
    /// <param name="data">Files of texts, or one folder; none: the recipe's source.</param>
    /// <param name="observers">Who is told how training goes, beside the folder's own logs. They stay the caller's.</param>
    /// <param name="stop">Saves after the current step and stops.</param>
    /// <returns>Whether the last step was reached.</returns>
    /// <exception cref="InvalidInputException">The recipe, the data or the folder cannot be used, or the run there is another.</exception>
    public static bool Run(
        string runFolder, Recipe recipe, IReadOnlyList<string> data,
        IReadOnlyList<ITrainingObserver>? observers = null, CancellationToken stop = default)
    {
        var name = new DirectoryInfo(runFolder).Name;
        return Run(runFolder, new TrainingFile { Name = name, Recipe = recipe, DataPaths = data }, observers, stop);
    }

    /// <summary>As above, for a run whose description says more, such as the recipe's name.</summary>
    /// <param name="runFolder">As above.</param>
    /// <param name="description">The fingerprint and the machine are filled in.</param>
    /// <param name="observers">As above.</param>
    /// <param name="stop">As above.</param>
    public static bool Run(
        string runFolder, TrainingFile description,
        IReadOnlyList<ITrainingObserver>? observers = null, CancellationToken stop = default)
    {
        description = description with { DataPaths = [.. description.DataPaths.Select(path => path == TextFile.StandardInput ? path : Path.GetFullPath(path))] };
        description.Recipe.Validate();
        var run = new RunFolder(runFolder);
        var begun = run.Exists ? run.ReadTraining() : null;
        RefuseAnother(run, begun, description);
        using var corpus = Corpus.Load(description.Recipe.Data, description.DataPaths);
        if (begun is not null && begun.DataFingerprint != corpus.Fingerprint)
        {
            throw new InvalidInputException(InputKind.Data, $"{run.Path}: the data has fingerprint {corpus.Fingerprint}; expected {begun.DataFingerprint}: it has changed since the run began");
        }
        run.Begin(
            begun is null
                ? description with { DataFingerprint = corpus.Fingerprint, Machine = MachineInfo.Collect() }
                : begun with { Recipe = description.Recipe },
            corpus.Tokenizer.Vocabulary);
        using var metrics = new MetricsLog();
        using var tensorBoard = new TensorBoardLog();
        using var card = new ModelCard();
        return new Trainer(description.Recipe, corpus, run, [metrics, tensorBoard, card, .. observers ?? []]).Run(stop);
    }

    /// <summary>A run keeps its recipe and its data; steps and threads may change.</summary>
    private static void RefuseAnother(RunFolder run, TrainingFile? begun, TrainingFile asked)
    {
        if (begun is null)
        {
            return;
        }
        var training = asked.Recipe.Training;
        var kept = asked.Recipe with { Training = training with { Steps = begun.Recipe.Training.Steps, Threads = begun.Recipe.Training.Threads } };
        var fault =
            RecipeFile.ToJson(kept) != RecipeFile.ToJson(begun.Recipe)
                ? $"the settings differ from those in {run.At("training.json")}; expected the same but for training.steps and training.threads"
            : !asked.DataPaths.SequenceEqual(begun.DataPaths)
                ? $"the data is {string.Join(", ", asked.DataPaths)}; expected what the run began with: {string.Join(", ", begun.DataPaths)}"
            : training.Steps < run.SavedStep
                ? $"training.steps is {training.Steps}; expected at least {run.SavedStep}, the steps that the run has done"
            : null;
        if (fault is not null)
        {
            throw new InvalidInputException(InputKind.Usage, $"{run.Path}: {fault}");
        }
    }
}
