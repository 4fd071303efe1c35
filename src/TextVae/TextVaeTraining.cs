using TextVae.Data;
using TextVae.Kernels;
using TextVae.Models;
using TextVae.Platform;
using TextVae.Runs;
using TextVae.Training;

namespace TextVae;

/// <summary>Training in one call, from texts to a run folder and the model in it: what <c>textvae train</c> does.</summary>
public static class TextVaeTraining
{
    private const int TextsTrainedForOneEncoded = 4; // when the prior is fitted: a few hundredths of the training's time
    private const int FewestEncoded = 1_000;

    /// <summary>
    /// Trains into a folder. Where the same run is there already, it goes on from its last checkpoint, so that one call
    /// serves for the first start and for every later one; a run that is done is left as it is.
    /// </summary>
    /// <param name="runFolder">What <c>TextVaeSession.Load</c> opens afterwards.</param>
    /// <param name="recipe">What to train and how; only its steps, threads, learning rate and clip may differ from the run's that is there.</param>
    /// <param name="texts">What to learn from; a run that goes on needs the same.</param>
    /// <param name="options">Who is told how training goes.</param>
    /// <param name="stop">Saves and stops; the same call goes on later, to the same weights.</param>
    /// <exception cref="InvalidInputException">
    /// The recipe, the texts or the folder cannot be used, the run there is another, somebody else is training into the folder, or training diverged.
    /// </exception>
    public static TrainingResult Run(string runFolder, Recipe recipe, TrainingTexts texts, TrainingOptions? options = null, CancellationToken stop = default) =>
        Locked(runFolder, new TrainingFile { Name = new DirectoryInfo(runFolder).Name, Recipe = recipe }, texts, options, stop);

    /// <summary>As above, into a folder that the caller keeps others from, and with a description that says more, such as the recipe's name.</summary>
    /// <param name="folder">It stays the caller's.</param>
    /// <param name="description">The texts' paths, their fingerprint and the machine are filled in.</param>
    /// <param name="texts">As above.</param>
    /// <param name="options">As above.</param>
    /// <param name="stop">As above.</param>
    /// <exception cref="InvalidInputException">As above.</exception>
    public static TrainingResult Run(RunLock folder, TrainingFile description, TrainingTexts texts, TrainingOptions? options = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var ranks = options?.Processes?.Ranks ?? Ranks.Alone;
        description = description with { DataPaths = texts.Paths };
        description.Recipe.Validate();
        var run = folder.Run;
        using var corpus = InTurn(ranks, () => Begin(run, description, texts, ranks), () => Corpus.Load(description.Recipe.Data, texts));
        Replicas.RequireSame(ranks, run, InputKind.Usage, "recipes", Replicas.Hash(RecipeFile.ToJson(description.Recipe)));
        Replicas.RequireSame(ranks, run, InputKind.Data, "data", Replicas.Hash(corpus.Fingerprint));
        using var metrics = new MetricsLog();
        var summary = new TrainingSummary(options?.Progress);
        ITrainingObserver[] told = [summary, .. options?.Observers ?? []];
        ITrainingObserver[] logs = ranks.Rank == 0 ? [metrics, new TensorBoardLog(), new ModelCard()] : [];
        var dispensable = logs.Select(log => new DispensableLog(log, warning => Array.ForEach(told, observer => observer.Warned(warning))));
        bool finished;
        using (var trainer = new Trainer(description.Recipe, corpus, run, [.. dispensable, .. told], ranks))
        {
            finished = trainer.Run(stop);
        }
        if (finished && ranks.Rank == 0 && description.Recipe.Model.Latent > 0 && !stop.IsCancellationRequested)
        {
            FitPrior(run, description.Recipe, corpus, told, stop);
        }
        return new TrainingResult(run.Path, description.Recipe, finished, summary.StepsDone, summary.Notes);
    }

    /// <summary>As <see cref="Run(string, Recipe, TrainingTexts, TrainingOptions?, CancellationToken)"/>, on a thread of its own.</summary>
    /// <param name="runFolder">As above.</param>
    /// <param name="recipe">As above.</param>
    /// <param name="texts">As above.</param>
    /// <param name="options">As above; who is told is told on that thread.</param>
    /// <param name="stop">Saves and stops: the task then ends with what has been done, not as a cancelled one.</param>
    /// <exception cref="InvalidInputException">As above.</exception>
    public static Task<TrainingResult> RunAsync(string runFolder, Recipe recipe, TrainingTexts texts, TrainingOptions? options = null, CancellationToken stop = default)
    {
        TrainingResult Run()
        {
            try
            {
                return TextVaeTraining.Run(runFolder, recipe, texts, options, stop);
            }
            finally
            {
                ThreadTeam.EndTeamOfCaller(); // the thread ends
            }
        }
        return Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>
    /// Fits a prior to the weights to use, unless one is there. It is no part of the training: where it fails, that is said, and the
    /// run is done all the same. It takes a small part of the training's time, as each text is encoded once.
    /// </summary>
    private static void FitPrior(RunFolder run, Recipe recipe, Corpus corpus, ITrainingObserver[] told, CancellationToken stop)
    {
        var training = recipe.Training;
        try
        {
            using var session = TextVaeSession.Load(run.Path, new SessionOptions { Device = training.Device, Threads = training.Threads, Precision = training.Precision });
            if (session.FittedPrior is not null)
            {
                return;
            }
            var texts = long.Clamp(training.Steps * training.BatchSize / TextsTrainedForOneEncoded, FewestEncoded, PriorFit.MostTexts);
            var prior = session.FitPriorAsync(corpus, texts, progress: null, stop).GetAwaiter().GetResult().Prior;
            var gaussians = prior.Components == 1 ? "a Gaussian" : FormattableString.Invariant($"a mixture of {prior.Components} Gaussians");
            var note = FormattableString.Invariant($"fitted prior: {gaussians}, {Math.Abs(prior.Gain):F2} nats per validation text {(prior.IsPreferred ? "better" : "worse")} than N(0, I), so {(prior.IsPreferred ? "new texts come from it" : "it is not used by default")}");
            Array.ForEach(told, observer => observer.Noted(note));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Array.ForEach(told, observer => observer.Noted("the prior is not fitted, as training was asked to stop; the run is done"));
        }
        catch (InvalidInputException error)
        {
            Array.ForEach(told, observer => observer.Warned($"the prior is not fitted: {error.Message}; the run is done"));
        }
    }

    private static TrainingResult Locked(string runFolder, TrainingFile description, TrainingTexts texts, TrainingOptions? options, CancellationToken stop)
    {
        description.Recipe.Validate(); // before a folder is made
        using var folder = options?.Processes is { IsFirst: false } ? RunLock.OfFirstProcess(runFolder) : RunLock.Take(runFolder);
        return Run(folder, description, texts, options, stop);
    }

    /// <summary>Rank 0 goes before the others, so that what it refuses is said once, and what it caches is there for them.</summary>
    private static Corpus InTurn(Ranks ranks, Func<Corpus> first, Func<Corpus> others)
    {
        var corpus = ranks.Rank == 0 ? first() : null;
        ranks.Barrier();
        return corpus ?? others();
    }

    /// <summary>Reads the texts, and writes the run's beginning if they and the folder will do.</summary>
    private static Corpus Begin(RunFolder run, TrainingFile description, TrainingTexts texts, Ranks ranks)
    {
        var begun = run.Exists ? run.ReadTraining() : null;
        RefuseAnother(run, begun, description);
        Check.That(ranks.Count == 1 || !texts.Paths.Contains(TextFile.StandardInput), "the data", "standard input", $"files, which each of {ranks.Count} processes can read");
        var (recipe, corpus) = (description.Recipe, Load(run, begun, description, texts));
        try
        {
            run.RequireCheckpointOf(recipe.Model, new ModelShape(recipe.Data.Length, corpus.Tokenizer.Vocabulary.Count, recipe.Model.Latent)); // before anything is written
            TrainingMemory.Require(recipe, corpus.Tokenizer.Vocabulary.Count);
            run.Begin(
                begun is null
                    ? description with { DataFingerprint = corpus.Fingerprint, Machine = MachineInfo.Collect() }
                    : begun with { Recipe = recipe, DataPaths = description.DataPaths, Overrides = [.. begun.Overrides, .. ResumedRecipe.Changes(begun.Recipe, recipe)] },
                corpus.Tokenizer.Vocabulary);
            return corpus;
        }
        catch
        {
            corpus.Dispose();
            throw;
        }
    }

    /// <summary>The texts, which are the run's if their fingerprint is, wherever they are now.</summary>
    private static Corpus Load(RunFolder run, TrainingFile? begun, TrainingFile asked, TrainingTexts texts)
    {
        if (begun is null)
        {
            return Corpus.Load(asked.Recipe.Data, texts);
        }
        var moved = !asked.Sources.SequenceEqual(begun.Sources);
        InvalidInputException Others(string found, Exception? inner = null) =>
            new(InputKind.Usage, $"{run.Path}: the data is {asked.SourcesInWords}{found}; expected what the run began with: {begun.SourcesInWords}, fingerprint {begun.DataFingerprint}", inner);
        try
        {
            var corpus = Corpus.Load(asked.Recipe.Data, texts);
            if (corpus.Fingerprint == begun.DataFingerprint)
            {
                return corpus;
            }
            corpus.Dispose();
            throw moved
                ? Others($", fingerprint {corpus.Fingerprint}")
                : new InvalidInputException(InputKind.Data, $"{run.Path}: the data has fingerprint {corpus.Fingerprint}; expected {begun.DataFingerprint}: it has changed since the run began");
        }
        catch (InvalidInputException error) when (moved && error.Kind == InputKind.Data)
        {
            throw Others($" ({error.Message})", error);
        }
    }

    /// <summary>A run keeps its recipe, but for what <see cref="ResumedRecipe"/> lets change.</summary>
    private static void RefuseAnother(RunFolder run, TrainingFile? begun, TrainingFile asked)
    {
        if (begun is null)
        {
            return;
        }
        var training = asked.Recipe.Training;
        var fault =
            !ResumedRecipe.CanFollow(begun.Recipe, asked.Recipe)
                ? $"the settings differ from those in {run.At("training.json")}; expected the same but for {ResumedRecipe.KeysInWords}"
            : training.Steps < run.SavedStep
                ? FormattableString.Invariant($"training.steps is {training.Steps}; expected at least {run.SavedStep}, the steps that the run has done")
            : null;
        if (fault is not null)
        {
            throw new InvalidInputException(InputKind.Usage, $"{run.Path}: {fault}");
        }
    }
}
