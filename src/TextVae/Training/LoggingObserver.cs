using Microsoft.Extensions.Logging;
using TextVae.Training;

namespace TextVae;

/// <summary>
/// Writes in a program's log how training goes: what it begins with, reports, validations, decisions; checkpoints at the level
/// <see cref="LogLevel.Debug"/>. Figures are in bits per character, as on the command line.
/// </summary>
/// <param name="logger">The log; it stays the caller's.</param>
public sealed partial class LoggingObserver(ILogger logger) : ITrainingObserver
{
    private readonly ILogger _logger = logger ?? throw new ArgumentNullException(nameof(logger));

    /// <inheritdoc/>
    public void Started(TrainingStart start)
    {
        ArgumentNullException.ThrowIfNull(start);
        LogStarted(start.Run.Path, start.StepsDone, start.Recipe.Training.Steps, start.Model.ParameterCount);
    }

    /// <inheritdoc/>
    public void Reported(TrainingReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var bits = report.BitsPerCharacter;
        LogReported(report.Step, report.Beta, bits.Reconstruction, bits.Kl, report.CharactersPerSecond);
    }

    /// <inheritdoc/>
    public void Validated(ValidationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var (bits, result) = (report.Result.BitsPerCharacter, report.Result);
        LogValidated(report.Step, bits.Total, bits.Reconstruction, bits.Kl, result.ActiveUnits, report.Best);
        if (report.Advice is { Count: > 0 } advice)
        {
            LogCollapse(report.Step, result.Kl, string.Join(", ", advice));
        }
    }

    /// <inheritdoc/>
    public void Decided(Decision decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        LogDecided(decision.Step, decision.Key, decision.Text);
    }

    /// <inheritdoc/>
    public void Saved(long step) => LogSaved(step);

    /// <inheritdoc/>
    public void Noted(string note) => LogNoted(note);

    /// <inheritdoc/>
    public void Warned(string warning) => LogWarned(warning);

    [LoggerMessage(11, LogLevel.Information, "Training into {Run} after step {StepsDone} of {Steps}: {Parameters} parameters")]
    private partial void LogStarted(string run, long stepsDone, long steps, long parameters);

    [LoggerMessage(12, LogLevel.Information, "Step {Step}: beta {Beta:G3}, reconstruction {Reconstruction:F3}, KL {Kl:F3} bits/char, {CharactersPerSecond:F0} chars/s")]
    private partial void LogReported(long step, double beta, double reconstruction, double kl, double charactersPerSecond);

    [LoggerMessage(13, LogLevel.Information, "Validation at step {Step}: {Total:F4} bits/char = reconstruction {Reconstruction:F4} + KL {Kl:F4}, {ActiveUnits} active units, best so far: {Best}")]
    private partial void LogValidated(long step, double total, double reconstruction, double kl, int activeUnits, bool best);

    [LoggerMessage(14, LogLevel.Warning, "The posterior is not in use at step {Step} (KL {Kl:F2} nats); to try: {Advice}")]
    private partial void LogCollapse(long step, double kl, string advice);

    [LoggerMessage(15, LogLevel.Information, "Step {Step}, {Key}: {Text}")]
    private partial void LogDecided(long step, string key, string text);

    [LoggerMessage(17, LogLevel.Information, "{Note}")]
    private partial void LogNoted(string note);

    [LoggerMessage(18, LogLevel.Warning, "{Warning}")]
    private partial void LogWarned(string warning);

    [LoggerMessage(16, LogLevel.Debug, "Checkpoint at step {Step}")]
    private partial void LogSaved(long step);
}
