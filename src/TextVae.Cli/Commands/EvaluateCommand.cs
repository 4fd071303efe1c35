using System.CommandLine;
using Spectre.Console;
using TextVae.Data;
using TextVae.Evaluation;
using TextVae.Models;
using TextVae.Objectives;
using TextVae.Platform;
using TextVae.Training;
using TorchSharp;

namespace TextVae.Cli.Commands;

/// <summary><c>textvae evaluate RUN</c>: the ELBO and its terms, as validation measured them during training.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var run = CommonOptions.Run();
        var data = new Option<string?>("--data") { Description = "A file of texts; without it, a split of the training data." };
        var split = new Option<string>("--split") { Description = "Which split.", DefaultValueFactory = _ => "valid" };
        split.AcceptOnlyFromAmong("train", "valid", "test");
        var limit = new Option<int?>("--limit") { Description = "Most texts: evenly spaced, if there are more. By default as in training, training.validationTexts." };
        var (threads, device, json) = (CommonOptions.Threads(), CommonOptions.Device(), CommonOptions.Json());
        var command = new Command("evaluate", "Measure a model on texts.") { run, data, split, limit, threads, device, json };
        command.SetAction(parsed =>
        {
            Require.AtLeast(parsed, limit, 1);
            var folder = parsed.GetRequiredValue(run);
            var training = new RunFolder(folder).ReadTraining();
            var settings = training.Recipe.Training;
            var where = Devices.Select(parsed.GetRequiredValue(device), parsed.GetValue(threads));
            var saved = SavedModel.Load(folder);
            saved.Model.to(where);
            saved.Model.Use(settings.Precision); // the arithmetic of training, so that the figures are those of its log
            var dataset = parsed.GetValue(data) is { } file
                ? Corpus.OpenForEvaluation(saved.File.Data, file, saved.Tokenizer)
                : Split(Corpus.Load(training.Recipe.Data, training.DataPaths, saved.Tokenizer), parsed.GetRequiredValue(split));
            var batches = new EvaluationBatches(dataset, settings.BatchSize, parsed.GetValue(limit) ?? settings.ValidationTexts);
            var objective = new Objective(saved.Tokenizer.Vocabulary.PadId, saved.File.Data.ScorePadding);
            var result = Progress.Of("evaluating", batches.Used,
                report => new Evaluator(saved.Model, objective, saved.Tokenizer, where, settings.Seed).Evaluate(batches, report));
            Print(result, batches, parsed.GetValue(json));
            return 0;
        });
        return command;
    }

    private static ITextDataset Split(Corpus corpus, string name) => name switch
    {
        "train" => corpus.Train,
        "valid" => corpus.Validation,
        _ => corpus.Test ?? throw new InvalidInputException(InputKind.Data, "the training data has no test split; expected --data FILE or another --split"),
    };

    private static void Print(EvaluationResult result, EvaluationBatches batches, bool json)
    {
        if (json)
        {
            Output.WriteJson(result);
            return;
        }
        var table = new Table().AddColumn("").AddColumn(new TableColumn("nats per text").RightAligned()).AddColumn(new TableColumn("bits per character").RightAligned());
        var bits = result.BitsPerCharacter;
        table.AddRow("reconstruction", $"{result.Reconstruction:F3}", $"{bits.Reconstruction:F4}");
        table.AddRow("KL", $"{result.Kl:F3}", $"{bits.Kl:F4}");
        table.AddRow("bound (-ELBO)", $"{-result.Elbo:F3}", $"{bits.Total:F4}");
        table.AddRow("auxiliary", $"{result.Auxiliary:F3}", "");
        Output.Standard.Write(table);
        Console.Out.WriteLine($"{result.Texts:N0} of {batches.Total:N0} texts, {result.Characters:N0} characters, {result.ActiveUnits} active units");
    }
}
