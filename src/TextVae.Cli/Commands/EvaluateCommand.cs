using System.CommandLine;
using Spectre.Console;
using TextVae.Data;
using TextVae.Evaluation;
using TextVae.Models;
using TextVae.Objectives;
using TextVae.Platform;
using TextVae.Runs;
using TextVae.Tokenizers;
using TorchSharp;

namespace TextVae.Cli.Commands;

/// <summary>
/// <c>textvae evaluate RUN</c>: the ELBO and its terms, as validation measured them during training; where asked, the
/// importance-weighted bound.
/// </summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var run = CommonOptions.Run();
        var texts = new TextsArguments();
        var split = new Option<string>("--split") { Description = "Which split of the training data, without --data.", DefaultValueFactory = _ => "valid" };
        split.AcceptOnlyFromAmong("train", "valid", "test");
        var limit = new Option<int?>("--limit") { Description = "Most texts: evenly spaced, if there are more. By default as in training, training.validationTexts." };
        var samples = new Option<int?>("--importance-samples") { Description = "Bound the likelihood also by this many samples from each text's posterior; the more, the tighter. A language model's likelihood is exact with any number." };
        var (threads, device, json) = (CommonOptions.Threads(), CommonOptions.Device(), CommonOptions.Json());
        var command = new Command("evaluate", "Measure a model on texts.") { run, split, limit, samples, threads, device, json };
        texts.AddTo(command);
        command.SetAction(parsed =>
        {
            Require.AtLeast(parsed, limit, 1);
            Require.AtLeast(parsed, samples, 1);
            var given = texts.AreGiven(parsed);
            var folder = parsed.GetRequiredValue(run);
            var training = new RunFolder(folder).ReadTraining();
            var settings = training.Recipe.Training;
            var where = Devices.Select(parsed.GetRequiredValue(device), parsed.GetValue(threads));
            var saved = SavedModel.Load(folder);
            saved.Model.to(where);
            saved.Model.SetPrecision(settings.Precision); // the arithmetic of training, so that the figures are those of its log
            var dataset = given ? texts.Open(parsed, saved) : Split(new RunFolder(folder), saved.Tokenizer, parsed.GetRequiredValue(split));
            var batches = new EvaluationBatches(dataset, settings.BatchSize, parsed.GetValue(limit) ?? settings.ValidationTexts);
            var objective = new Objective(saved.Tokenizer.Vocabulary.PadId, saved.File.Data.ScorePadding);
            var evaluator = new Evaluator(saved.Model, objective, saved.Tokenizer, where, settings.Seed);
            var result = Progress.Told("evaluating", batches.Used, report => evaluator.Evaluate(batches, report));
            var weighted = parsed.GetValue(samples) is { } count
                ? Progress.Told("importance samples", batches.Used, report => evaluator.ImportanceWeighted(batches, count, report))
                : null;
            if (parsed.GetValue(json))
            {
                Output.WriteJson(result, weighted);
            }
            else
            {
                WriteTable(result, weighted, batches);
            }
            return 0;
        });
        return command;
    }

    private static ITextDataset Split(RunFolder run, ITokenizer tokenizer, string name)
    {
        var corpus = run.OpenCorpus(tokenizer);
        return name switch
        {
            "train" => corpus.Train,
            "valid" => corpus.Validation,
            _ => corpus.Test ?? throw new InvalidInputException(InputKind.Data, "the training data has no test split; expected --data FILE or another --split"),
        };
    }

    private static void WriteTable(EvaluationResult result, ImportanceWeightedResult? weighted, EvaluationBatches batches)
    {
        var table = new Table().AddColumn("");
        foreach (var heading in new[] { "nats per text", "bits per character", "perplexity per token" })
        {
            table.AddColumn(new TableColumn(heading).RightAligned());
        }
        var bits = result.BitsPerCharacter;
        table.AddRow("reconstruction", $"{result.Reconstruction:F3}", $"{bits.Reconstruction:F4}");
        table.AddRow("KL", $"{result.Kl:F3}", $"{bits.Kl:F4}");
        table.AddRow("bound (-ELBO)", $"{-result.Elbo:F3}", $"{bits.Total:F4}", $"{result.Perplexity:F3}");
        if (weighted is not null)
        {
            var error = weighted.StandardError is { } nats ? $" ± {nats:F3}" : "";
            table.AddRow($"importance-weighted bound, {weighted.Samples:N0} samples", $"{weighted.Nll:F3}{error}", $"{weighted.BitsPerCharacter:F4}", $"{weighted.Perplexity:F3}");
        }
        table.AddRow("auxiliary", $"{result.Auxiliary:F3}");
        if (result.RandomLatentGap is { } gap)
        {
            table.AddRow("mutual information of text and latent vector", $"{result.MutualInformation:F3}");
            table.AddRow("marginal KL", $"{result.MarginalKl:F3}");
            table.AddRow("a random latent vector costs more", $"{gap:F3}");
        }
        Output.Standard.Write(table);
        if (result.Posterior is { } verdict)
        {
            Console.Out.WriteLine(verdict.Sentence);
        }
        Console.Out.WriteLine($"{result.Texts:N0} of {batches.Total:N0} texts, {result.Characters:N0} characters, {result.Tokens:N0} tokens, {result.ActiveUnits} active units");
    }
}
