using TextVae.Automatic;
using TextVae.Reports;
using TextVae.Storage;

namespace TextVae;

/// <summary>
/// How much the latent vector shall say of a text: short runs that differ in the KL which they are held at and in nothing else, what
/// each comes to, and which rate is recommended. The model, the data and the steps are those of one recipe, such as <see cref="AutoRecipe"/> chooses.
/// </summary>
public static class RateTradeoff
{
    /// <summary>The folder of the run with the recipe's own objective; the others' are <c>nats-8</c> and so on.</summary>
    public const string Free = "free";

    /// <summary>Trains a run for each rate, each into a folder of its own, and measures it. Runs that are done already are only measured, others go on.</summary>
    /// <param name="folder">The runs' folders are in it.</param>
    /// <param name="recipe">The model, the data and the steps; its own objective is the first run's.</param>
    /// <param name="texts">What to learn from.</param>
    /// <param name="options">Which rates.</param>
    /// <param name="stop">Saves and stops; the same call goes on later.</param>
    /// <exception cref="InvalidInputException">The recipe has no KL that could be held, or as for <see cref="TextVaeTraining"/>.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static RateComparison Run(string folder, Recipe recipe, TrainingTexts texts, RateTradeoffOptions? options = null, CancellationToken stop = default)
    {
        options ??= new RateTradeoffOptions();
        options.Validate(recipe);
        var (free, real) = Try(Path.Combine(folder, Free), recipe, texts, options, stop);
        var others = options.Nats.Distinct()
            .Where(nats => nats > free.Kl || !options.PassesOverReached)
            .Select(nats => Try(Path.Combine(folder, FormattableString.Invariant($"nats-{nats}")), FittedSchedule.AtRate(recipe, nats), texts, options, stop).Trial)
            .ToList();
        return new RateComparison([free, .. others], real);
    }

    /// <summary>As <see cref="Run"/>, in a folder beside that of another run, which is gone afterwards, also where it was stopped.</summary>
    /// <param name="runFolder">The other run's.</param>
    /// <param name="recipe">As above.</param>
    /// <param name="texts">As above.</param>
    /// <param name="options">As above.</param>
    /// <param name="stop">Stops.</param>
    /// <exception cref="InvalidInputException">As above.</exception>
    /// <exception cref="OperationCanceledException">As above.</exception>
    public static RateComparison Search(string runFolder, Recipe recipe, TrainingTexts texts, RateTradeoffOptions? options = null, CancellationToken stop = default)
    {
        var run = new DirectoryInfo(runFolder);
        var beside = run.Parent?.FullName ?? run.FullName;
        TemporaryName.DeleteLeftovers(beside, run.Name);
        var folder = Path.Combine(beside, TemporaryName.For(run.Name));
        try
        {
            return Run(folder, recipe, texts, options, stop);
        }
        finally
        {
            TemporaryName.TryDelete(folder);
        }
    }

    private static (RateTrial Trial, SampleFigures Real) Try(string run, Recipe recipe, TrainingTexts texts, RateTradeoffOptions options, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var result = TextVaeTraining.Run(run, recipe, texts, new TrainingOptions { Observers = options.Observers }, stop);
        if (!result.IsFinished)
        {
            throw new OperationCanceledException(stop);
        }
        var training = recipe.Training;
        using var session = TextVaeSession.Load(run, new SessionOptions { Device = training.Device, Threads = training.Threads, Precision = training.Precision, TrainingTexts = texts });
        var report = session.Report(options.Report, cancellationToken: stop);
        return (RateTrial.Of(run, recipe, report), report.Real);
    }
}
