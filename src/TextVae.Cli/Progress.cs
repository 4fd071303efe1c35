using Spectre.Console;

namespace TextVae.Cli;

/// <summary>A progress bar on stderr, where that is a terminal.</summary>
internal static class Progress
{
    /// <summary>Runs work that reports how much of a total is done.</summary>
    public static T Of<T>(string description, long total, Func<Action<long>?, T> work) =>
        !Output.Error.Profile.Capabilities.Interactive
            ? work(null)
            : Output.Error.Progress().AutoClear(true)
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
                .Start(context =>
                {
                    var task = context.AddTask(description, maxValue: total);
                    return work(done => task.Value = done);
                });

    /// <summary>As above, for work that reports to an <see cref="IProgress{T}"/>.</summary>
    public static T Told<T>(string description, long total, Func<IProgress<long>?, T> work) =>
        Of(description, total, report => work(report is null ? null : new Report(report)));

    /// <summary>Runs work that reports how much is done of nobody knows how much.</summary>
    public static T Counting<T>(string description, Func<Action<long>?, T> work) =>
        !Output.Error.Profile.Capabilities.Interactive
            ? work(null)
            : Output.Error.Progress().AutoClear(true)
                .Columns(new SpinnerColumn(), new TaskDescriptionColumn())
                .Start(context =>
                {
                    var task = context.AddTask(description).IsIndeterminate();
                    return work(done => task.Description = $"{description} {done:N0}");
                });

    /// <summary>As above, for work without a result.</summary>
    public static void Counting(string description, Action<Action<long>?> work) => Counting(description, report =>
    {
        work(report);
        return true;
    });

    /// <summary>A report as the library asks for it; told at once, where <see cref="Progress{T}"/> tells late and out of order.</summary>
    public static IProgress<long>? Told(Action<long>? report) => report is null ? null : new Immediate(report);

    private sealed class Immediate(Action<long> report) : IProgress<long>
    {
        public void Report(long value) => report(value);
    }

    private sealed class Report(Action<long> show) : IProgress<long>
    {
        void IProgress<long>.Report(long value) => show(value);
    }
}
