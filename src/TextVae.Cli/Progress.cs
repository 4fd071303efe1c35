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
}
