using System.CommandLine;
using Spectre.Console;
using TextVae.Models;
using TextVae.Runs;

namespace TextVae.Cli.Commands;

/// <summary><c>textvae info RUN</c>: a model's parts, their tensors' shapes and sizes, and how it was trained.</summary>
internal static class InfoCommand
{
    public static Command Create()
    {
        var run = CommonOptions.Run();
        var json = CommonOptions.Json();
        var command = new Command("info", "Describe a run: parts, shapes, number of parameters, training.") { run, json };
        command.SetAction(parsed =>
        {
            var folder = parsed.GetRequiredValue(run);
            var saved = SavedModel.Load(folder);
            var training = new RunFolder(folder).ReadTraining();
            if (parsed.GetValue(json))
            {
                WriteJson(saved, training);
            }
            else
            {
                Print(saved, training);
            }
            return 0;
        });
        return command;
    }

    private static void WriteJson(SavedModel saved, TrainingFile training) => Output.WriteJson(new
    {
        training.Name,
        Parameters = saved.Model.ParameterCount,
        saved.Model.Shape.Length,
        saved.Model.Shape.Vocabulary,
        Tokenizer = saved.Tokenizer.Kind,
        saved.Model.Shape.Latent,
        Data = training.DataPaths,
        training.DataFingerprint,
        Tensors = saved.Model.state_dict().Select(pair => new { Name = pair.Key, Shape = pair.Value.shape }),
    });

    private static void Print(SavedModel saved, TrainingFile training)
    {
        var shape = saved.Model.Shape;
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
        Output.WriteLine($"{training.Name}: {saved.Model.ParameterCount:N0} parameters; {shape.Length} tokens, vocabulary {shape.Vocabulary:N0} ({saved.Tokenizer.Kind}), latent size {shape.Latent}");
        Output.WriteLine($"data: {training.SourcesInWords}, fingerprint {training.DataFingerprint}");
        Output.WriteLine($"trained on: {training.Machine?.Processor}, {training.Machine?.LogicalCores} cores");
    }
}
