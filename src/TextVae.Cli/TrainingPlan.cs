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
    public TextVae.TrainingTexts Texts => File.DataPaths.Count > 0 ? TextVae.TrainingTexts.Files(File.DataPaths) : TextVae.TrainingTexts.OfRecipe;

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
    public static TrainingPlan New(string recipe, string[] data, string? output, IReadOnlyList<string> overrides)
    {
        var file = Describe(recipe, data, overrides);
        return In(output is null ? RunLock.TakeFree(Folders(recipe)) : RunLock.Take(output), run => run.Exists
            ? throw new InvalidInputException(InputKind.Usage, $"--out {run.Path}: found a run there; expected another folder, or --resume to go on with it")
            : file);
    }

    /// <summary>
    /// The run in a folder, with its own recipe and data where the command line names none. Where no run has begun yet
    /// this begins one, so that one command line serves for the first start and for every later one.
    /// </summary>
    public static TrainingPlan Resume(string? recipe, string[] data, string? output, IReadOnlyList<string> overrides)
    {
        var path = output ?? Folders(recipe ?? "small").TakeWhile(Directory.Exists).LastOrDefault()
            ?? throw new InvalidInputException(InputKind.Usage, "--resume: found no run in the folder 'runs'; expected --out DIR");
        return recipe is null && !new RunFolder(path).Exists
            ? throw new InvalidInputException(InputKind.RunFolder, $"{path}: found no training.json; expected a run folder to resume, or a RECIPE to begin one")
            : In(RunLock.Take(path), run => run.Exists ? GoOn(run, recipe, data, overrides) : Describe(recipe!, data, overrides));
    }

    public void Dispose() => Folder.Dispose();

    private static TrainingPlan In(RunLock folder, Func<RunFolder, TrainingFile> describe)
    {
        try
        {
            return new TrainingPlan(folder, describe(folder.Run));
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    private static TrainingFile GoOn(RunFolder run, string? recipe, string[] data, IReadOnlyList<string> overrides)
    {
        var file = run.ReadTraining();
        var asked = RecipeFile.Override(recipe is null ? file.Recipe : RecipeFile.Load(recipe), overrides);
        if (data.Length == 0 && file.DataPaths.Contains(TextFile.StandardInput))
        {
            throw new InvalidInputException(InputKind.Usage, "--resume: the run's texts came from standard input; expected --data -, and the same texts there");
        }
        if (data.Length == 0 && file.TextsWereInMemory)
        {
            throw new InvalidInputException(InputKind.Usage, "--resume: found a run whose texts a program gave from its memory; expected that program to go on with it");
        }
        return file with { Recipe = asked, DataPaths = data.Length > 0 ? data : file.DataPaths };
    }

    private static TrainingFile Describe(string name, string[] data, IReadOnlyList<string> overrides)
    {
        var recipe = RecipeFile.Load(name, overrides);
        return new TrainingFile
        {
            Name = name,
            Recipe = recipe,
            Overrides = overrides,
            DataPaths = data,
        };
    }

    private static IEnumerable<string> Folders(string recipe)
    {
        var name = Path.GetFileNameWithoutExtension(recipe);
        return Enumerable.Range(1, int.MaxValue - 1).Select(number => Path.Combine(Runs, number == 1 ? name : $"{name}-{number}"));
    }
}
