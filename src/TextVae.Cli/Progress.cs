using Spectre.Console;

namespace TextVae.Cli;

/// <summary>How far work is, on stderr: a bar where that is a terminal, elsewhere now and then a line.</summary>
internal static class Progress
{
    /// <summary>Runs work that reports how much of a total is done.</summary>
    public static T Of<T>(string description, long total, Func<IProgress<long>?, T> work) =>
        Of(done => new Stage(description, done, total), work);

    /// <summary>Runs work of several stages, each of which has a total.</summary>
    /// <param name="read">What a report says.</param>
    /// <param name="work">Reports.</param>
    public static T Of<TReport, T>(Func<TReport, Stage> read, Func<IProgress<TReport>?, T> work) => Show(BarAndTime, null, read, work);

    /// <summary>Runs work that reports how much is done of nobody knows how much.</summary>
    public static T Counting<T>(string description, Func<IProgress<long>?, T> work) =>
        Show([new SpinnerColumn(), new TaskDescriptionColumn()], new Stage(description, 0, null), done => new Stage(description, done, null), work);

    /// <summary>Runs work whose total is known before long, or never.</summary>
    public static T CountingTo<T>(string description, Func<long?> total, Func<IProgress<long>?, T> work) =>
        Show(BarAndTime, new Stage(description, 0, null), done => new Stage(description, done, total()), work);

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

    /// <summary>As above, for work without a result.</summary>
    public static void CountingTo(string description, Func<long?> total, Action<IProgress<long>?> work) => CountingTo(description, total, report =>
    {
        work(report);
        return true;
    });

    private static bool IsNarrow => Output.Error.Profile.Width < 60; // columns

    private static ProgressColumn[] BarAndTime => IsNarrow
        ? [new TaskDescriptionColumn(), new PercentageColumn(), new RemainingTimeColumn()]
        : [new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()];

    /// <param name="columns">What a bar shows.</param>
    /// <param name="first">What it shows before the first report, if anything.</param>
    /// <param name="read">What a report says.</param>
    /// <param name="work">Reports.</param>
    private static T Show<TReport, T>(ProgressColumn[] columns, Stage? first, Func<TReport, Stage> read, Func<IProgress<TReport>?, T> work)
    {
        if (!LiveBar.IsPossible)
        {
            var lines = new ProgressLines(TimeProvider.System, Output.Note);
            return work(Told<TReport>(report => lines.Report(read(report))));
        }
        return LiveBar.Draw(Output.Error.Progress().AutoClear(true).Columns(columns), context =>
        {
            var draw = Drawing(context);
            if (first is { } stage)
            {
                draw(stage);
            }
            return work(Told<TReport>(report => draw(read(report))));
        });
    }

    private static Action<Stage> Drawing(ProgressContext context)
    {
        var (task, current) = ((ProgressTask?)null, "");
        return stage =>
        {
            if (task is null || stage.Description != current)
            {
                task?.StopTask();
                (task, current) = (context.AddTask(stage.Description), stage.Description);
            }
            task.IsIndeterminate = stage.Total is null;
            task.MaxValue = stage.Total ?? long.MaxValue;
            task.Value = stage.Done;
            task.Description = Markup.Escape(stage.Done == 0 ? current : stage.Total is { } total && !IsNarrow ? $"{current} {stage.Done:N0} of {total:N0}" : $"{current} {stage.Done:N0}");
        };
    }

    /// <summary>How far work is.</summary>
    /// <param name="Description">What it does.</param>
    /// <param name="Done">How much of it is done.</param>
    /// <param name="Total">Of how much; null where nobody knows.</param>
    internal readonly record struct Stage(string Description, long Done, long? Total);

    private sealed class Immediate<T>(Action<T> tell) : IProgress<T>
    {
        public void Report(T value) => tell(value);
    }
}
