using System.CommandLine;
using System.Diagnostics;
using TextVae.Cli.Reports;
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
        var arguments = new TrainingArguments();
        var output = new Option<string?>("--out") { Description = "The run folder. Default: runs/RECIPE or, without a recipe, runs/ and the texts' name; with -2 and so on behind it if that is taken." };
        var minutes = Numbers.Optional<double>("--minutes", Invariant($"How long training may take here, without a RECIPE. Default: {TrainingRequest.DefaultMinutes}."), least: 0.05, most: 100_000);
        var nats = WantedRate.Option();
        var resume = new Option<bool>("--resume") { Description = "Go on from the run folder's last checkpoint." };
        var command = new Command("train", "Train a model on texts; started by mpirun or srun, with several processes.");
        arguments.AddTo(command, output, minutes, nats, resume);
        command.SetAction(parsed =>
        {
            var rate = parsed.GetValue(nats);
            return ManyProcesses.Run(processes =>
            {
                var asked = arguments.Read(parsed, parsed.GetValue(output), parsed.GetValue(minutes), rate?.Overrides ?? []) with { ChoosesRate = rate is { IsToBeChosen: true } };
                asked.RequireOneProcessToChoose(processes.Count);
                using var plan = TrainingPlan.Of(processes, () => parsed.GetValue(resume) ? TrainingPlan.Resume(asked) : TrainingPlan.New(asked));
                return Train(plan, processes, arguments.IsJson(parsed));
            });
        });
        return command;
    }

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
        Output.Note($"More: textvae sample {run} -n 20; --temperature 0.5 makes them more varied");
    }
}
