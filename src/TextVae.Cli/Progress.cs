using Spectre.Console;

namespace TextVae.Cli;

/// <summary>A progress bar on stderr, where that is a terminal; elsewhere work is given nobody to tell.</summary>
internal static class Progress
{
    /// <summary>Runs work that reports how much of a total is done.</summary>
    public static T Of<T>(string description, long total, Func<IProgress<long>?, T> work) =>
        Of(done => new Stage(description, done, total), work);

    /// <summary>Runs work of several stages, each of which has a total.</summary>
    /// <param name="read">What a report says.</param>
    /// <param name="work">Reports.</param>
    public static T Of<TReport, T>(Func<TReport, Stage> read, Func<IProgress<TReport>?, T> work) => Show(
        [new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()],
        context =>
        {
            var (task, current) = ((ProgressTask?)null, "");
            return (TReport report) =>
            {
                var (description, done, total) = read(report);
                if (task is null || description != current)
                {
                    task?.StopTask();
                    (task, current) = (context.AddTask(description, maxValue: total), description);
                }
                task.Value = done;
            };
        },
        work);

    /// <summary>Runs work that reports how much is done of nobody knows how much.</summary>
    public static T Counting<T>(string description, Func<IProgress<long>?, T> work) => Show<long, T>(
        [new SpinnerColumn(), new TaskDescriptionColumn()],
        context =>
        {
            var task = context.AddTask(description).IsIndeterminate();
            return done => task.Description = $"{description} {done:N0}";
        },
        work);

    /// <summary>As <see cref="Of{T}(string, long, Func{IProgress{long}?, T})"/> where the total is known, else as above.</summary>
    public static T Counting<T>(string description, long? total, Func<IProgress<long>?, T> work) =>
        total is { } known ? Of(description, known, work) : Counting(description, work);

    /// <summary>As above, for work without a result.</summary>
    public static void Counting(string description, Action<IProgress<long>?> work) => Counting(description, null, work);

    /// <summary>As above, where the total may be known.</summary>
    public static void Counting(string description, long? total, Action<IProgress<long>?> work) => Counting(description, total, report =>
    {
        work(report);
        return true;
    });

    /// <summary>The same items, whose number is told as they go by.</summary>
    public static IEnumerable<T> Watched<T>(IEnumerable<T> items, IProgress<long>? progress) => items.Select((item, index) =>
    {
        progress?.Report(index + 1);
        return item;
    });

    /// <summary>Reports that are told at once, where <see cref="Progress{T}"/> tells late and out of order.</summary>
    public static IProgress<T> Told<T>(Action<T> tell) => new Immediate<T>(tell);

    private static T Show<TReport, T>(ProgressColumn[] columns, Func<ProgressContext, Action<TReport>> begin, Func<IProgress<TReport>?, T> work) =>
        !Output.Error.Profile.Capabilities.Interactive
            ? work(null)
            : Output.Error.Progress().AutoClear(true).Columns(columns).Start(context => work(Told(begin(context))));

    /// <summary>How far work is.</summary>
    /// <param name="Description">What it does.</param>
    /// <param name="Done">How much of it is done.</param>
    /// <param name="Total">Of how much.</param>
    internal readonly record struct Stage(string Description, long Done, long Total);

    private sealed class Immediate<T>(Action<T> tell) : IProgress<T>
    {
        public void Report(T value) => tell(value);
    }
}
