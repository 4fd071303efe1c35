using System.Diagnostics;
using TextVae.Reports;

namespace TextVae.Cli;

/// <summary><c>--nats auto</c>: a part of the time goes on short runs at several rates, and the rest on one at the rate that these recommend.</summary>
internal static class RateSearch
{
    private const int Share = 3; // of the time, one part of so many
    private static readonly RateTradeoffOptions Rates = new() { Nats = [8, 16, 32], PassesOverReached = true };

    /// <summary>The same request at the rate that is recommended, and what was tried, in words.</summary>
    /// <param name="asked">What is asked, without a recipe.</param>
    /// <param name="folder">Where the run will be; beside it are the short ones, as long as they are needed.</param>
    /// <exception cref="StoppedException">A signal came.</exception>
    public static (TrainingRequest Rated, IReadOnlyList<string> Tried) Of(TrainingRequest asked, RunLock folder)
    {
        var clock = Stopwatch.StartNew();
        using var signal = StopSignal.AtOnce(folder.Dispose);
        var runs = Rates.Nats.Count + 1;
        var recipe = Short(asked, Share * runs);
        signal.WaitForWork();
        var found = Find(folder.Run.Path, recipe, asked.Texts, runs, signal);
        Output.Error.Write(RateTable.Of(found));
        Output.Note(found.Reason);
        var left = asked.Time - clock.Elapsed;
        var rated = asked with
        {
            Overrides = [.. found.Recommended.Overrides(), .. asked.Overrides],
            Minutes = Math.Max(left.TotalMinutes, asked.Time.TotalMinutes / 2),
        };
        return (rated, [.. RateTable.InWords(found), found.Reason]);
    }

    /// <summary>One that takes a part of the time, or of the steps if their number is given.</summary>
    private static Recipe Short(TrainingRequest asked, int parts)
    {
        var chosen = AutoRecipe.For(asked.Texts, asked.Time / parts, asked.Overrides);
        var steps = Math.Max(1, chosen.Recipe.Training.Steps / parts);
        return chosen.Duration is not null ? chosen.Recipe : AutoRecipe.For(asked.Texts, asked.Time / parts, [.. asked.Overrides, $"training.steps={steps}"]).Recipe;
    }

    private static RateComparison Find(string run, Recipe recipe, TrainingTexts texts, int runs, StopSignal signal)
    {
        try
        {
            return RateProgress.Show(runs, observer => RateTradeoff.Search(run, recipe, texts, Rates with { Observers = [observer] }, signal.Token));
        }
        catch (OperationCanceledException) when (signal.ExitCode > 0)
        {
            throw new StoppedException(signal.ExitCode);
        }
    }
}
