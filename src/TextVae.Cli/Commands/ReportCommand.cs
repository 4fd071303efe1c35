using System.CommandLine;
using System.Text;
using TextVae.Cli.Reports;
using TextVae.Runs;
using TextVae.Storage;

namespace TextVae.Cli.Commands;

/// <summary><c>textvae report RUN</c>: what a run came to, on one page that needs no other file, or as JSON.</summary>
internal static class ReportCommand
{
    private const string DefaultName = "report.html";

    public static Command Create()
    {
        var arguments = new SessionArguments(choosesPrecision: false);
        var output = new Option<string?>("--out") { Description = $"The page's file. Default: RUN/{DefaultName}; with --json none." };
        var split = new Option<string>("--split") { Description = "Which split of the training data to measure on.", DefaultValueFactory = _ => "valid" };
        split.AcceptOnlyFromAmong("train", "valid", "test");
        var limit = Numbers.Optional<int>("--count", "How many texts of the split at most, evenly spaced. Default: as in training (training.validationTexts).", least: 1, aliases: ["-n", "--limit"]);
        var samples = Numbers.Option("--samples", "Texts that the model makes up in each way of decoding.", otherwise: new ReportOptions().Samples, least: 1, most: 100_000);
        var models = new Option<string[]>("--baseline") { Description = "Other runs, such as a language model's, whose cost of the same texts stands beside.", HelpName = "RUN", AllowMultipleArgumentsPerToken = true };
        var command = new Command("report", "Show what a run came to: its cost beside simple baselines, reconstructions, samples, the latent space, curves.");
        arguments.AddTo(command);
        command.Add(output);
        command.Add(split);
        command.Add(limit);
        command.Add(samples);
        command.Add(models);
        command.SetAction(parsed =>
        {
            var options = new ReportOptions
            {
                Split = Enum.Parse<TextSplit>(parsed.GetRequiredValue(split), ignoreCase: true),
                Limit = parsed.GetValue(limit),
                Samples = parsed.GetValue(samples),
            };
            var (run, json) = (arguments.Path(parsed), arguments.IsJson(parsed));
            var path = parsed.GetValue(output) ?? (json ? null : Path.Combine(run, DefaultName));
            return arguments.Use(parsed, (session, stop) =>
            {
                var report = Measured(session, (parsed.GetValue(models) ?? []).Select(model => arguments.Load(parsed, model, PrecisionOfTraining(model))), options, stop);
                if (path is not null)
                {
                    AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(ReportPage.Of(report))), InputKind.Data);
                }
                if (json)
                {
                    Output.WriteJson(report);
                    return;
                }
                ReportSummary.Lines(report).ToList().ForEach(Output.WriteLine);
                Output.WriteLine($"The page: {path}");
            }, PrecisionOfTraining(run));
        });
        return command;
    }

    /// <param name="session">The model.</param>
    /// <param name="models">Those beside it, each loaded as it is asked for.</param>
    /// <param name="options">What is measured.</param>
    /// <param name="stop">Ends it.</param>
    private static RunReport Measured(TextVaeSession session, IEnumerable<TextVaeSession> models, ReportOptions options, CancellationToken stop)
    {
        var loaded = new List<TextVaeSession>();
        try
        {
            loaded.AddRange(models);
            return Progress.Of<ReportProgress, RunReport>(
                stage => new Progress.Stage(stage.Stage, stage.Done, stage.Of), progress => session.Report(options, loaded, progress, stop));
        }
        finally
        {
            loaded.ForEach(model => model.Dispose());
        }
    }

    /// <summary>The arithmetic of training, so that the bound is that of its log; an archive does not know it.</summary>
    private static Precision PrecisionOfTraining(string run) =>
        File.Exists(run) ? Precision.Auto : new RunFolder(run).ReadTraining().Recipe.Training.Precision;
}
