namespace TextVae.Cli;

/// <summary>
/// How far long work is, in lines: for files, pipes and terminals that draw nothing. Work that is soon done says nothing; then
/// there is a line for each tenth of it, and at least one every half minute.
/// </summary>
/// <param name="clock">What says the time.</param>
/// <param name="say">Gets the lines.</param>
internal sealed class ProgressLines(TimeProvider clock, Action<string> say)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Seldom = TimeSpan.FromSeconds(30);

    private string? _description;
    private long _begin;
    private long _last;
    private long _tenths;

    /// <summary>Is told how far the work is, as often as that is known.</summary>
    public void Report(Progress.Stage stage)
    {
        var now = clock.GetTimestamp();
        if (stage.Description != _description)
        {
            (_description, _begin, _last, _tenths) = (stage.Description, now, now, 0);
        }
        var (elapsed, silence) = (clock.GetElapsedTime(_begin, now), clock.GetElapsedTime(_last, now));
        var tenths = stage.Total > 0 ? 10 * stage.Done / stage.Total.Value : 0;
        if (elapsed < Soon || silence < (tenths > _tenths ? Often : Seldom))
        {
            return;
        }
        (_last, _tenths) = (now, tenths);
        say(Line(stage, elapsed));
    }

    private static string Line(Progress.Stage stage, TimeSpan elapsed)
    {
        if (stage.Total is not { } total || stage.Done == 0)
        {
            return FormattableString.Invariant($"{stage.Description}: {stage.Done:N0} after {InWords(elapsed)}");
        }
        var left = (total - stage.Done) * (elapsed / stage.Done);
        return FormattableString.Invariant($"{stage.Description}: {stage.Done:N0} of {total:N0}, {100.0 * stage.Done / total:F0}%, {InWords(left)} left");
    }

    private static string InWords(TimeSpan time) => FormattableString.Invariant($"{(long)time.TotalHours}:{time:mm\\:ss}");
}
