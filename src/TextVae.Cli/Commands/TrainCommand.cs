using System.CommandLine;
using Spectre.Console;
using TextVae.Data;
using TextVae.Generation;
using TextVae.Training;

namespace TextVae.Cli.Commands;

/// <summary><c>textvae train</c>: trains a recipe on texts, into a run folder.</summary>
internal static class TrainCommand
{
    private const string DefaultRecipe = "small";
    private const int ShownSamples = 10;

    public static Command Create()
    {
        var recipe = new Argument<string?>("RECIPE")
        {
            Description = $"One of {string.Join(", ", RecipeFile.Names)}, or a JSON file. Default: {DefaultRecipe}.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        recipe.CompletionSources.Add(_ => RecipeFile.Names.Select(name => new System.CommandLine.Completions.CompletionItem(name)));
        var data = new Option<string[]>("--data") { Description = "Files of texts, one a line, or a folder with NAME.train.txt and NAME.valid.txt. Default: the built-in corpus, or the recipe's data.source." };
        var output = new Option<string?>("--out") { Description = "The run folder. Default: runs/RECIPE, or runs/RECIPE-2 and so on if that is taken." };
        var set = new Option<string[]>("--set") { Description = "Change a key of the recipe, such as objective.alpha=0.4." };
        var steps = new Option<long?>("--steps") { Description = "training.steps" };
        var seed = new Option<long?>("--seed") { Description = "training.seed" };
        var threads = new Option<int?>("--threads") { Description = "training.threads" };
        var precision = new Option<string?>("--precision") { Description = "training.precision" };
        precision.AcceptOnlyFromAmong("auto", "float32", "bfloat16");
        var device = new Option<string?>("--device") { Description = "training.device" };
        device.AcceptOnlyFromAmong("cpu", "cuda");
        var resume = new Option<bool>("--resume") { Description = "Go on from the run folder's last checkpoint." };
        var json = CommonOptions.Json();
        var command = new Command("train", "Train a model on texts.") { recipe, data, output, set, steps, seed, threads, precision, device, resume, json };
        command.SetAction(parsed =>
        {
            var overrides = (parsed.GetValue(set) ?? [])
                .Concat(Override("training.steps", parsed.GetValue(steps)))
                .Concat(Override("training.seed", parsed.GetValue(seed)))
                .Concat(Override("training.threads", parsed.GetValue(threads)))
                .Concat(Override("training.precision", parsed.GetValue(precision)))
                .Concat(Override("training.device", parsed.GetValue(device)))
                .ToList();
            var plan = parsed.GetValue(resume)
                ? TrainingPlan.Resume(parsed.GetValue(recipe), parsed.GetValue(data) ?? [], parsed.GetValue(output), overrides)
                : TrainingPlan.New(parsed.GetValue(recipe) ?? DefaultRecipe, parsed.GetValue(data) ?? [], parsed.GetValue(output), overrides);
            return Train(plan, parsed.GetValue(json));
        });
        return command;
    }

    private static IEnumerable<string> Override<T>(string key, T? value) => value is null ? [] : [$"{key}={value}"];

    private static int Train(TrainingPlan plan, bool json)
    {
        var corpus = Corpus.Load(plan.File.Recipe.Data, plan.File.DataPaths);
        foreach (var note in corpus.Notes)
        {
            Output.Note(note);
        }
        plan.Begin(corpus);
        using var signal = new StopSignal();
        using var metrics = new MetricsLog();
        using var tensorBoard = new TensorBoardLog();
        using var card = new ModelCard();
        var finished = TrainingDisplay.Show(display =>
            new Trainer(plan.File.Recipe, corpus, plan.Run, [metrics, tensorBoard, card, display]).Run(signal.Token));
        if (!finished)
        {
            Output.Note($"Stopped and saved. Go on with: textvae train --resume --out {plan.Run.Path}");
            return signal.ExitCode;
        }
        Finish(plan, json);
        return 0;
    }

    private static void Finish(TrainingPlan plan, bool json)
    {
        var samples = TextVaeSession.Load(plan.Run.Path, plan.File.Recipe.Training.Device, plan.File.Recipe.Training.Threads)
            .Sample(ShownSamples).ToList();
        if (json)
        {
            Output.WriteJson(new { Run = plan.Run.Path, Samples = samples });
            return;
        }
        Output.Note("\nTexts that the model made up, each from another point of its latent space:\n");
        samples.ForEach(text => Console.Out.WriteLine(Output.OneLine(text)));
        Output.Note($"\nMore: textvae sample {plan.Run.Path} -n 20");
    }
}
