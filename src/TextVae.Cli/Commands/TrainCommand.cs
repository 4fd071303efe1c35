using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using TextVae.Cli.Reports;
using TextVae.Platform;
using TextVae.Training;
using static System.FormattableString;

namespace TextVae.Cli.Commands;

/// <summary><c>textvae train</c>: trains a recipe on texts, into a run folder.</summary>
internal static class TrainCommand
{
    private const int ShownSamples = 10;

    private static readonly TimeSpan WorthAReport = TimeSpan.FromSeconds(20); // which takes a few itself

    public static Command Create()
    {
        var words = RecipeAndTexts.Argument($"{AutoRecipe.Name}, one that fits the texts, this machine and --minutes");
        var data = new Option<string[]>("--data") { Description = "Files of texts: one a line, or CSV, TSV, JSON, JSON Lines or Parquet, plain or as .gz, .bz2, .xz, .zst, .zip or .tar.gz; '-' is standard input. Or a folder with NAME.train.txt and NAME.valid.txt. Default: the built-in corpus, or the recipe's data.source." };
        var column = CommonOptions.Column("data.column");
        var encoding = CommonOptions.Encoding();
        var invalid = CommonOptions.InvalidUtf8("data.invalidUtf8, else fail");
        var output = new Option<string?>("--out") { Description = "The run folder. Default: runs/RECIPE or, without a recipe, runs/ and the texts' name; with -2 and so on behind it if that is taken." };
        var minutes = Numbers.Optional<double>("--minutes", Invariant($"How long training may take here, without a RECIPE. Default: {TrainingRequest.DefaultMinutes}."), least: 0.05, most: 100_000);
        var nats = Numbers.Optional<double>("--nats", "What the latent vector shall say of a text, in nats: objective.kl.schedule=target and objective.kl.nats.", least: 0);
        var longer = new Option<string?>("--long") { Description = "What becomes of texts that are longer than data.length: they are left out (drop), cut, or split into several (data.long)." };
        longer.AcceptOnlyFromAmong("drop", "cut", "split");
        var valid = new Option<string?>("--valid") { Description = "A file of validation texts. Default: a twentieth of --data." };
        var test = new Option<string?>("--test") { Description = "A file of test texts, beside --valid. Default: a twentieth of --data." };
        var set = CommonOptions.Set();
        var steps = Numbers.Optional<long>("--steps", "How many batches to train in all: training.steps.", least: 1);
        var seed = Numbers.Optional<long>("--seed", "The same seed, texts and machine give the same model: training.seed.");
        var threads = Numbers.Optional<int>("--threads", "Threads of the computation; 0 is one for each core: training.threads.", least: 0, most: Devices.MostThreads);
        var precision = CommonOptions.TrainingPrecision();
        var device = new Option<string?>("--device") { Description = "Where to compute: training.device." };
        device.AcceptOnlyFromAmong("cpu", "cuda");
        var resume = new Option<bool>("--resume") { Description = "Go on from the run folder's last checkpoint." };
        var json = CommonOptions.Json();
        var command = new Command("train", "Train a model on texts; started by mpirun or srun, with several processes.") { words, data, valid, test, column, encoding, invalid, longer, output, minutes, nats, set, steps, seed, threads, precision, device, resume, json };
        command.SetAction(parsed =>
        {
            string[] rate = parsed.GetValue(nats) is { } wanted ? ["objective.kl.schedule=target", Invariant($"objective.kl.nats={wanted}")] : []; // first, as --set may say more of it
            var overrides = rate.Concat(CommonOptions.DataOverrides(parsed.GetValue(set), parsed.GetValue(column), parsed.GetValue(encoding), parsed.GetValue(invalid)))
                .Concat(CommonOptions.Override("data.validation", FullPath(parsed.GetValue(valid))))
                .Concat(CommonOptions.Override("data.test", FullPath(parsed.GetValue(test))))
                .Concat(CommonOptions.Override("data.long", parsed.GetValue(longer)))
                .Concat(CommonOptions.Override("training.steps", parsed.GetValue(steps)))
                .Concat(CommonOptions.Override("training.seed", parsed.GetValue(seed)))
                .Concat(CommonOptions.Override("training.threads", parsed.GetValue(threads)))
                .Concat(CommonOptions.Override("training.precision", parsed.GetValue(precision)))
                .Concat(CommonOptions.Override("training.device", parsed.GetValue(device)))
                .ToList();
            return ManyProcesses.Run(processes =>
            {
                var (recipe, paths) = RecipeAndTexts.Of(parsed.GetValue(words) ?? [], parsed.GetValue(data) ?? []);
                var asked = new TrainingRequest(recipe == AutoRecipe.Name ? null : recipe, paths, parsed.GetValue(output), overrides, parsed.GetValue(minutes));
                using var plan = TrainingPlan.Of(processes, () => parsed.GetValue(resume) ? TrainingPlan.Resume(asked) : TrainingPlan.New(asked));
                return Train(plan, processes, parsed.GetValue(json));
            });
        });
        return command;
    }

    private static string? FullPath(string? path) => path is null ? null : JsonSerializer.Serialize(Path.GetFullPath(path));

    private static int Train(TrainingPlan plan, TrainingProcesses processes, bool json)
    {
        using var signal = StopSignal.AtOnce(plan.Dispose);
        var start = Stopwatch.GetTimestamp();
        var result = Train(plan, processes, signal);
        var took = Stopwatch.GetElapsedTime(start);
        if (!result.IsFinished && processes.IsFirst) // before it waits for the others: a launcher that was asked to end does not listen long
        {
            Output.Note($"Stopped and saved. Go on with: textvae train --resume --out {plan.Folder.Run.Path}{(plan.ReadsStandardInput ? " --data - (and the same texts there)" : "")}");
        }
        processes.Finish();
        if (!processes.IsFirst)
        {
            return ExitCodes.Done; // the first has the exit code: a launcher ends all when one ends with another
        }
        if (!result.IsFinished)
        {
            return signal.ExitCode > 0 ? signal.ExitCode : ExitCodes.Terminated; // another of the processes was asked to stop
        }
        signal.Dispose(); // there is nothing more to save
        Finish(result, json, isLong: took >= WorthAReport);
        return ExitCodes.Done;
    }

    private static TrainingResult Train(TrainingPlan plan, TrainingProcesses processes, StopSignal signal)
    {
        TrainingResult Run(params ITrainingObserver[] observers) =>
            TextVaeTraining.Run(plan.Folder, plan.File, plan.Texts, new TrainingOptions { Observers = observers, Processes = processes }, signal.Token);
        if (!processes.IsFirst)
        {
            return Run(signal);
        }
        using var unanswered = new ManyProcesses.Unanswered(processes, plan.Folder.Run.Path, signal.Token);
        return TrainingDisplay.Show(display => Run(signal, display), plain: processes.Count > 1); // Open MPI gives a process a terminal of its own
    }

    private static void Finish(TrainingResult result, bool json, bool isLong)
    {
        using var session = result.OpenSession();
        var samples = session.Sample(ShownSamples).ToList();
        try
        {
            Print(result.RunFolder, samples, json);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Output.Note($"The run is saved; its samples were not printed: {error.Message}");
        }
        if (isLong && !json)
        {
            Report(session, result.RunFolder);
        }
    }

    /// <summary>In short; of texts that can be read again.</summary>
    private static void Report(TextVaeSession session, string run)
    {
        try
        {
            var report = session.Report(ReportOptions.Brief);
            Output.Note();
            ReportSummary.Lines(report).ToList().ForEach(Output.Note);
            Output.Note();
            Output.Note($"With charts: textvae report {run}");
        }
        catch (InvalidInputException error)
        {
            Output.Note($"The run is saved; it has no report: {error.Message}");
        }
    }

    private static void Print(string run, List<string> samples, bool json)
    {
        if (json)
        {
            Output.WriteJson(new { run, samples });
            return;
        }
        Output.Note();
        Output.Note("Texts that the model made up, each from another point of its latent space:");
        Output.Note();
        samples.ForEach(Output.WriteLine);
        Output.Note();
        Output.Note($"More: textvae sample {run} -n 20");
    }
}
