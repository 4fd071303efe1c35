using TextVae.Data;
using TextVae.Runs;

namespace TextVae.Cli;

/// <summary>What a command line asks to train, and where.</summary>
/// <param name="Folder">The run folder, which nobody else trains into until this is disposed of.</param>
/// <param name="File">The recipe and its origin.</param>
internal sealed record TrainingPlan(RunLock Folder, TrainingFile File) : IDisposable
{
    private const string Runs = "runs";

    /// <summary>What to learn from.</summary>
    public TextVae.TrainingTexts Texts => TrainingRequest.TextsOf(File.DataPaths);

    /// <summary>Whether the texts come from standard input, where a resumed run finds them again only if somebody writes them there.</summary>
    public bool ReadsStandardInput => File.DataPaths.Contains(TextFile.StandardInput);

    /// <summary>What the first of several processes plans, for all of them.</summary>
    public static TrainingPlan Of(TrainingProcesses processes, Func<TrainingPlan> first)
    {
        var (folder, file) = processes.Share(() =>
        {
            var plan = first();
            return (plan.Folder, plan.File);
        });
        return new TrainingPlan(folder, file);
    }

    /// <summary>A new run, in a folder that no run has used.</summary>
    public static TrainingPlan New(TrainingRequest asked)
    {
        var file = asked.Recipe is { } recipe ? Load(recipe, asked) : null; // what is refused is refused before a folder is made
        return In(asked.Output is { } output ? RunLock.Take(output) : RunLock.TakeFree(Folders(asked)), folder => folder.Run.Exists
            ? throw new InvalidInputException(InputKind.Usage, $"--out {folder.Run.Path}: found a run there; expected another folder, or --resume to go on with it")
            : file ?? Choose(asked, folder));
    }

    /// <summary>Runs at several rates in one folder, by the recipe of the first of them, if that is there already.</summary>
    public static TrainingPlan Tradeoff(TrainingRequest asked) =>
        In(asked.Output is { } output ? RunLock.Take(output) : RunLock.TakeFree(Folders(asked, "-tradeoff")), folder =>
            folder.Run.Exists ? throw new InvalidInputException(InputKind.Usage, $"--out {folder.Run.Path}: found a run there; expected a folder for several runs")
            : new RunFolder(folder.Run.At(RateTradeoff.Free)) is { Exists: true } first ? GoOn(first, asked with { Minutes = null })
            : Describe(asked, folder));

    /// <summary>
    /// The run in a folder, with its own recipe and data where the command line names none. Where no run has begun yet
    /// this begins one, so that one command line serves for the first start and for every later one.
    /// </summary>
    public static TrainingPlan Resume(TrainingRequest asked)
    {
        var path = asked.Output ?? (asked is { Recipe: null, Data: [] } ? Newest() : Folders(asked).TakeWhile(Directory.Exists).LastOrDefault())
            ?? throw new InvalidInputException(InputKind.Usage, "--resume: found no run in the folder 'runs'; expected --out DIR");
        return asked is { Recipe: null, Data: [] } && !new RunFolder(path).Exists
            ? throw new InvalidInputException(InputKind.RunFolder, $"{path}: found no training.json; expected a run folder to resume, or a RECIPE or --data to begin one")
            : In(RunLock.Take(path), folder => folder.Run.Exists ? GoOn(folder.Run, asked) : Describe(asked, folder));
    }

    public void Dispose() => Folder.Dispose();

    private static TrainingPlan In(RunLock folder, Func<RunLock, TrainingFile> describe)
    {
        try
        {
            return new TrainingPlan(folder, describe(folder));
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    private static TrainingFile GoOn(RunFolder run, TrainingRequest asked)
    {
        var (file, data) = (run.ReadTraining(), asked.Data);
        var recipe = RecipeFile.Override(asked.Recipe is null ? file.Recipe : RecipeFile.Load(asked.Recipe), asked.Overrides);
        if (asked.Minutes is not null)
        {
            throw new InvalidInputException(InputKind.Usage, $"--minutes: found a run in {run.Path}, whose recipe says how many steps it takes; expected --steps to change that");
        }
        if (data.Length == 0 && file.DataPaths.Contains(TextFile.StandardInput))
        {
            throw new InvalidInputException(InputKind.Usage, "--resume: the run's texts came from standard input; expected --data -, and the same texts there");
        }
        if (data.Length == 0 && file.TextsWereInMemory)
        {
            throw new InvalidInputException(InputKind.Usage, "--resume: found a run whose texts a program gave from its memory; expected that program to go on with it");
        }
        return file with { Recipe = recipe, DataPaths = data.Length > 0 ? data : file.DataPaths };
    }

    private static TrainingFile Describe(TrainingRequest asked, RunLock folder) => asked.Recipe is { } recipe ? Load(recipe, asked) : Choose(asked, folder);

    private static TrainingFile Load(string recipe, TrainingRequest asked)
    {
        InvalidInputException Refused(string option, string why) =>
            new(InputKind.Usage, $"{option}: found the recipe {Visible.Of(recipe, longest: 40)}, {why}; expected no recipe, or '{AutoRecipe.Name}'");
        return asked.Minutes is not null ? throw Refused("--minutes", "which says how many steps it takes")
            : asked.ChoosesRate ? throw Refused("--nats auto", "which says nothing of the time for trying rates")
            : new TrainingFile { Name = recipe, Recipe = RecipeFile.Load(recipe, asked.Overrides), Overrides = asked.Overrides, DataPaths = asked.Data };
    }

    private static TrainingFile Choose(TrainingRequest asked, RunLock folder)
    {
        var (rated, tried) = asked.ChoosesRate ? RateSearch.Of(asked, folder) : (asked, []);
        var chosen = AutoRecipe.For(rated.Texts, rated.Time, rated.Overrides);
        foreach (var reason in chosen.Reasons)
        {
            Output.Note(reason);
        }
        return new TrainingFile { Name = AutoRecipe.Name, Recipe = chosen.Recipe, Overrides = rated.Overrides, Reasons = [.. tried, .. chosen.Reasons], DataPaths = rated.Data };
    }

    /// <summary>The run that was begun or went on last.</summary>
    private static string? Newest() => Directory.Exists(Runs)
        ? Directory.EnumerateDirectories(Runs).Where(path => new RunFolder(path).Exists).MaxBy(path => System.IO.File.GetLastWriteTimeUtc(new RunFolder(path).At("training.json")))
        : null;

    /// <summary>Where a run goes: named after its recipe or, without one, after its texts.</summary>
    private static IEnumerable<string> Folders(TrainingRequest asked, string suffix = "")
    {
        var texts = asked.Data.FirstOrDefault(path => path != TextFile.StandardInput)?.TrimEnd('/') ?? (asked.Data.Length > 0 ? AutoRecipe.Name : BuiltInCorpus.Name);
        var name = Path.GetFileNameWithoutExtension(asked.Recipe ?? texts) is { Length: > 0 } plain ? plain : AutoRecipe.Name;
        return Enumerable.Range(1, int.MaxValue - 1).Select(number => Path.Combine(Runs, number == 1 ? $"{name}{suffix}" : $"{name}{suffix}-{number}"));
    }
}
