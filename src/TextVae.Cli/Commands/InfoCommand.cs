using System.CommandLine;
using Spectre.Console;
using TextVae.Models;
using TextVae.Runs;
using static System.FormattableString;

namespace TextVae.Cli.Commands;

/// <summary><c>textvae info RUN</c>: what a run has learned from what, how well, and where asked its tensors.</summary>
internal static class InfoCommand
{
    private const int ShownSamples = 4;

    public static Command Create()
    {
        var run = CommonOptions.Run();
        var tensors = new Option<bool>("--tensors") { Description = "Also the parts of the model, and the shapes and sizes of their tensors." };
        var json = CommonOptions.Json();
        var command = new Command("info", "Describe a run: recipe, data, training, how good the model is.") { run, tensors, json };
        command.SetAction(parsed =>
        {
            var folder = new RunFolder(parsed.GetRequiredValue(run));
            var saved = SavedModel.Load(folder.Path);
            var (training, course) = (folder.ReadTraining(), TrainingCourse.Read(folder.At("metrics.jsonl")));
            if (parsed.GetValue(json))
            {
                WriteJson(saved, training, course);
                return ExitCodes.Done;
            }
            Print(saved, training, course);
            if (parsed.GetValue(tensors))
            {
                PrintTensors(saved);
            }
            return ExitCodes.Done;
        });
        return command;
    }

    private static void WriteJson(SavedModel saved, TrainingFile training, TrainingCourse course) => Output.WriteJson(new
    {
        training.Name,
        Parameters = saved.Model.ParameterCount,
        saved.Model.Shape.Length,
        saved.Model.Shape.Vocabulary,
        Tokenizer = saved.Tokenizer.Kind,
        saved.Model.Shape.Latent,
        Data = training.DataPaths,
        training.DataFingerprint,
        course.Step,
        training.Recipe.Training.Steps,
        course.Seconds,
        course.Validation,
        Tensors = saved.Model.state_dict().Select(pair => new { Name = pair.Key, Shape = pair.Value.shape }),
    });

    private static void Print(SavedModel saved, TrainingFile training, TrainingCourse course)
    {
        var (shape, recipe) = (saved.Model.Shape, training.Recipe);
        Row("recipe", training.Overrides.Count > 0 ? $"{training.Name}, with {string.Join(' ', training.Overrides)}" : training.Name);
        Row("data", training.SourcesInWords);
        Row("texts", $"of up to {shape.Length:N0} tokens, of a vocabulary of {shape.Vocabulary:N0} ({saved.Tokenizer.Kind})");
        Row("model", $"{saved.Model.ParameterCount:N0} parameters, latent size {shape.Latent}");
        Row("training", course.Step is { } step
            ? $"{step:N0} of {recipe.Training.Steps:N0} steps of {recipe.Training.BatchSize:N0} texts{(course.Seconds is { } seconds ? $" in {InWords(TimeSpan.FromSeconds(seconds))}" : "")}"
            : $"{recipe.Training.Steps:N0} steps of {recipe.Training.BatchSize:N0} texts; metrics.jsonl says not how many are done");
        if (training.Machine is { } machine)
        {
            Row("machine", $"{machine.Processor}, {machine.LogicalCores} cores");
        }
        if (course.Validation is { } validation)
        {
            Row("bound", Invariant($"{validation.BitsPerCharacter.Total:F4} bits per character, of which the vector is {validation.BitsPerCharacter.Kl:F4} ({validation.Kl:F1} nats per text), on {validation.Texts:N0} validation texts at step {validation.Step:N0}"));
            if (validation.ReconstructedCharacters is { } right)
            {
                Row("reconstructs", Invariant($"{100 * right:0}% of the characters of texts that it has not seen"));
            }
            if ((validation.Verdict ?? validation.Posterior?.Sentence) is { } verdict)
            {
                Row("verdict", verdict);
            }
            foreach (var (index, sample) in (validation.Samples ?? []).Take(ShownSamples).Index())
            {
                Row(index == 0 ? "samples" : "", sample);
            }
        }

        static void Row(string name, string value) => Output.WriteLine($"{name,-14}{value}");
    }

    private static string InWords(TimeSpan time) => Invariant($"{(long)time.TotalHours}:{time:mm\\:ss}");

    private static void PrintTensors(SavedModel saved)
    {
        var table = new Table().AddColumns("tensor", "shape").AddColumn(new TableColumn("numbers").RightAligned());
        foreach (var (part, module) in saved.Model.named_children())
        {
            table.AddRow($"[bold]{Output.Cell(part)}[/]", Output.Cell(module.GetType().Name), $"[bold]{module.parameters().Sum(parameter => parameter.numel()):N0}[/]");
            foreach (var (name, tensor) in module.state_dict())
            {
                table.AddRow($"  {Output.Cell(name)}", Output.Cell($"[{string.Join(", ", tensor.shape)}]"), $"{tensor.numel():N0}");
            }
        }
        Output.Standard.Write(table);
    }
}
