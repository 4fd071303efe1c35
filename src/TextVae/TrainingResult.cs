using TextVae.Training;

namespace TextVae;

/// <summary>Who is told how training goes.</summary>
public sealed record TrainingOptions
{
    /// <summary>Observers, beside the folder's own logs. They stay the caller's.</summary>
    public IReadOnlyList<ITrainingObserver> Observers { get; init; } = [];

    /// <summary>
    /// The processes that train the model together; null for this one alone. Each then makes the same call, and observers are told
    /// in each, of validations in the first alone.
    /// </summary>
    public TrainingProcesses? Processes { get; init; }

    /// <summary>Is told after each step.</summary>
    public IProgress<TrainingProgress>? Progress { get; init; }
}

/// <summary>How far a training is.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps in all.</param>
public readonly record struct TrainingProgress(long Step, long Steps);

/// <summary>What a training has come to.</summary>
public sealed class TrainingResult
{
    private readonly Recipe _recipe;

    internal TrainingResult(string runFolder, Recipe recipe, bool isFinished, long stepsDone, IReadOnlyList<string> notes) =>
        (RunFolder, _recipe, IsFinished, StepsDone, Notes) = (runFolder, recipe, isFinished, stepsDone, notes);

    /// <summary>The run's folder.</summary>
    public string RunFolder { get; }

    /// <summary>Whether the last step was reached; false where the training was stopped.</summary>
    public bool IsFinished { get; }

    /// <summary>Steps done, over all sittings.</summary>
    public long StepsDone { get; }

    /// <summary>What a user should know, such as how many texts were left out or that more steps would help; one line each.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>Opens the model, on the recipe's device with its threads. That of a run that was stopped is the one of the last checkpoint.</summary>
    /// <exception cref="InvalidInputException">The run folder is no longer there or was changed.</exception>
    public TextVaeSession OpenSession() => TextVaeSession.Load(
        RunFolder, new SessionOptions { Device = _recipe.Training.Device, Threads = _recipe.Training.Threads });
}

/// <summary>Keeps of a training what its result says.</summary>
internal sealed class TrainingSummary(IProgress<TrainingProgress>? progress) : ITrainingObserver
{
    private readonly List<string> _notes = [];
    private long _steps;

    public long StepsDone { get; private set; }

    public IReadOnlyList<string> Notes => _notes;

    public void Started(TrainingStart start)
    {
        (StepsDone, _steps) = (start.StepsDone, start.Recipe.Training.Steps);
        _notes.AddRange(start.Corpus.Notes);
    }

    public void Stepped(long step)
    {
        StepsDone = step;
        progress?.Report(new TrainingProgress(step, _steps));
    }

    public void Noted(string note) => _notes.Add(note);

    public void Warned(string warning) => _notes.Add(warning);
}
