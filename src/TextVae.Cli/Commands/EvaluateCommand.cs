using System.CommandLine;
using System.Text;
using Spectre.Console;
using TextVae.Data;
using TextVae.Evaluation;
using TextVae.Runs;
using TextVae.Storage;

namespace TextVae.Cli.Commands;

/// <summary>
/// <c>textvae evaluate RUN</c>: the ELBO and its terms, as validation measured them during training; where asked, the
/// importance-weighted bound.
/// </summary>
internal static class EvaluateCommand
{
    public const string Name = "evaluate";

    public static Command Create()
    {
        var arguments = new SessionArguments(choosesPrecision: false, readsTraining: true);
        var texts = new TextsArguments();
        var split = new Option<string>("--split") { Description = "Which split of the training data, without --data.", DefaultValueFactory = _ => "valid" };
        split.AcceptOnlyFromAmong("train", "valid", "test");
        var count = Numbers.Optional<int>("--count", "How many texts at most, evenly spaced. Default: as in training (training.validationTexts).", least: 1, aliases: ["-n", "--limit"]);
        var samples = Numbers.Optional<int>("--importance-samples", "Bound the likelihood also by this many samples from each text's posterior; the more, the tighter. A language model's likelihood is exact with any number.", least: 1, most: ScoringOptions.MostImportanceSamples);
        var command = new Command(Name, "Measure a model on texts.");
        arguments.AddTo(command);
        command.Add(split);
        command.Add(count);
        command.Add(samples);
        texts.AddTo(command);
        var (lines, shards, prior) = (new LinesArguments(".json"), new ShardArguments(), new PriorArguments());
        prior.AddTo(command);
        lines.AddTo(command);
        shards.AddTo(command);
        command.SetAction(parsed =>
        {
            var given = texts.AreGiven(parsed);
            var options = new EvaluationOptions
            {
                Split = Enum.Parse<TextSplit>(parsed.GetRequiredValue(split), ignoreCase: true),
                Limit = parsed.GetValue(count),
                ImportanceSamples = parsed.GetValue(samples),
                Prior = prior.Read(parsed),
            };
            options.Validate(); // before a model is loaded
            var path = lines.Read(parsed);
            var wanted = shards.Read(parsed, obstacle: null);
            if (path is null && !wanted.IsWhole)
            {
                throw new InvalidInputException(InputKind.Usage, $"{Name}: found shard {wanted.Shard} ({wanted.Source}) without --out; expected a file, as figures are of all shards together, or --shard 1/1");
            }
            return arguments.UseAndKeep(parsed, (session, signal) =>
            {
                var stop = signal.Token;
                PriorArguments.Note(session, options.Prior);
                var identity = wanted.IsWhole || !given ? new TextsIdentity(0, "") : texts.Identify(parsed, session.Saved.File.Data);
                using var dataset = given ? texts.Open(parsed, session.Saved) : null;
                if (wanted.IsWhole)
                {
                    var report = Progress.Of<EvaluationProgress, EvaluationReport>(Stage, progress => dataset is null
                        ? session.Evaluate(options, progress, stop)
                        : session.Evaluate(dataset, options, progress, stop));
                    Write(report, path, arguments.IsJson(parsed));
                    return;
                }
                wanted.Note("its part of the batches");
                wanted.Write(path!, () => ShardArguments.Work(parsed, arguments.Path(parsed), session, identity.Sha256, wanted.Shard.Of, PriorArguments.Identity(session, options.Prior)), (wanted.Shard.Number - 1, 1), to =>
                    Progress.Of<EvaluationProgress, EvaluationPart>(Stage, progress => session.EvaluatePart(wanted.Shard, dataset, options, progress, stop)).Write(to));
            }, PrecisionOfTraining(arguments.Path(parsed)));
        });
        return command;
    }

    /// <summary>The figures as <c>--json</c> prints them.</summary>
    public static string Json(EvaluationReport report) => Output.Json(report.Result, report.ImportanceWeighted, report.FittedPrior);

    /// <summary>The same in a file.</summary>
    public static void Write(EvaluationReport report, string path) =>
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(Json(report) + "\n")), InputKind.Data);

    private static void Write(EvaluationReport report, string? path, bool json)
    {
        if (path is not null)
        {
            Write(report, path);
        }
        else if (json)
        {
            Output.WriteJson(report.Result, report.ImportanceWeighted, report.FittedPrior);
        }
        else
        {
            WriteTable(report);
        }
    }

    /// <summary>The arithmetic of training, so that the figures are those of its log; an archive does not know it.</summary>
    private static Precision PrecisionOfTraining(string path) =>
        File.Exists(path) ? Precision.Auto : new RunFolder(path).ReadTraining().Recipe.Training.Precision;

    private static Progress.Stage Stage(EvaluationProgress progress) =>
        new(progress.Phase == EvaluationPhase.Bound ? "evaluating" : "importance samples", progress.Texts, progress.Of);

    private static void WriteTable(EvaluationReport report)
    {
        var (result, weighted) = (report.Result, report.ImportanceWeighted);
        var table = new Table().AddColumn("");
        foreach (var heading in new[] { "nats per text", "bits per character", "perplexity per token" })
        {
            table.AddColumn(new TableColumn(heading).RightAligned());
        }
        var bits = result.BitsPerCharacter;
        table.AddRow("reconstruction", $"{result.Reconstruction:F3}", $"{bits.Reconstruction:F4}");
        table.AddRow("KL", $"{result.Kl:F3}", $"{bits.Kl:F4}");
        table.AddRow("bound (-ELBO)", $"{-result.Elbo:F3}", $"{bits.Total:F4}", $"{result.Perplexity:F3}");
        AddWeighted(weighted, "");
        if (report.FittedPrior is { } fitted)
        {
            table.AddRow("KL, fitted prior (Monte Carlo)", $"{fitted.Kl:F3}", $"{fitted.BitsPerCharacter - bits.Reconstruction:F4}");
            table.AddRow("bound (-ELBO), fitted prior", $"{-fitted.Elbo:F3}", $"{fitted.BitsPerCharacter:F4}", $"{fitted.Perplexity:F3}");
            AddWeighted(fitted.ImportanceWeighted, ", fitted prior");
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
            Output.WriteLine(verdict.Sentence);
        }
        Output.WriteLine($"{result.Texts:N0} of {report.Available:N0} texts, {result.Characters:N0} characters, {result.Tokens:N0} tokens, {result.ActiveUnits} active units");

        void AddWeighted(ImportanceWeightedResult? weighted, string prior)
        {
            if (weighted is not null)
            {
                var error = weighted.StandardError is { } nats ? $" ± {nats:F3}" : "";
                table.AddRow($"importance-weighted bound{prior}, {weighted.Samples:N0} samples", $"{weighted.Nll:F3}{error}", $"{weighted.BitsPerCharacter:F4}", $"{weighted.Perplexity:F3}");
            }
        }
    }
}
