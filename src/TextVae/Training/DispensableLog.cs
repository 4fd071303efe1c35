using TextVae.Storage;

namespace TextVae.Training;

/// <summary>A log of the run folder's: where it cannot be written, that is said once, and training goes on.</summary>
/// <param name="log">The log.</param>
/// <param name="warn">Told once what is wrong.</param>
internal sealed class DispensableLog(ITrainingObserver log, Action<string> warn) : ITrainingObserver
{
    private bool _hasWarned;

    /// <inheritdoc/>
    public void Started(TrainingStart start) => Try(log => log.Started(start));

    /// <inheritdoc/>
    public void Reported(TrainingReport report) => Try(log => log.Reported(report));

    /// <inheritdoc/>
    public void Validated(ValidationReport report) => Try(log => log.Validated(report));

    /// <inheritdoc/>
    public void Decided(Decision decision) => Try(log => log.Decided(decision));

    /// <inheritdoc/>
    public void Saved(long step) => Try(log => log.Saved(step));

    private void Try(Action<ITrainingObserver> tell)
    {
        try
        {
            tell(log);
        }
        catch (Exception error) when (error is InvalidInputException || Disk.IsToBlame(error))
        {
            if (!_hasWarned)
            {
                _hasWarned = true;
                warn($"{(error is InvalidInputException ? error.Message : Disk.Reason(error))}; training goes on");
            }
        }
    }
}
