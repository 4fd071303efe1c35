using TextVae.Data;
using TextVae.Runs;

namespace TextVae.Cli;

/// <summary>What a command line asks to train, and where.</summary>
/// <param name="Run">The run folder.</param>
/// <param name="File">The recipe and its origin.</param>
internal sealed record TrainingPlan(RunFolder Run, TrainingFile File)
{
    private const string Runs = "runs";

    /// <summary>What to learn from.</summary>
    public TextVae.TrainingTexts Texts => File.DataPaths.Count > 0 ? TextVae.TrainingTexts.Files(File.DataPaths) : TextVae.TrainingTexts.OfRecipe;

    /// <summary>Whether the texts come from standard input, where a resumed run finds them again only if somebody writes them there.</summary>
    public bool ReadsStandardInput => File.DataPaths.Contains(TextFile.StandardInput);

    /// <summary>A new run, in a folder that no run has used.</summary>
    public static TrainingPlan New(string recipe, string[] data, string? output, IReadOnlyList<string> overrides)
    {
        var run = new RunFolder(output ?? Folders(recipe).First(folder => !Directory.Exists(folder)));
        if (run.Exists)
        {
            throw new InvalidInputException(InputKind.Usage, $"--out {run.Path}: found a run there; expected another folder, or --resume to go on with it");
        }
        return new TrainingPlan(run, Describe(recipe, data, overrides));
    }

    /// <summary>
    /// The run in a folder, with its own recipe and data where the command line names none. Where no run has begun yet
    /// this begins one, so that one command line serves for the first start and for every later one.
    /// </summary>
    public static TrainingPlan Resume(string? recipe, string[] data, string? output, IReadOnlyList<string> overrides)
    {
        var run = new RunFolder(output ?? Folders(recipe ?? "small").TakeWhile(Directory.Exists).LastOrDefault()
            ?? throw new InvalidInputException(InputKind.Usage, "--resume: found no run in the folder 'runs'; expected --out DIR"));
        if (!run.Exists)
        {
            return recipe is null
                ? throw new InvalidInputException(InputKind.RunFolder, $"{run.Path}: found no training.json; expected a run folder to resume, or a RECIPE to begin one")
                : new TrainingPlan(run, Describe(recipe, data, overrides));
        }
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
        return new TrainingPlan(run, file with { Recipe = asked, DataPaths = data.Length > 0 ? data : file.DataPaths });
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
