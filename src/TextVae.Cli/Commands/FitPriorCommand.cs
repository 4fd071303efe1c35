using System.CommandLine;
using Spectre.Console;
using TextVae.Runs;

namespace TextVae.Cli.Commands;

/// <summary><c>textvae fit-prior RUN</c>: fits a mixture of Gaussians to where the training texts are in the latent space.</summary>
internal static class FitPriorCommand
{
    public static Command Create()
    {
        var arguments = new SessionArguments(choosesPrecision: false);
        var command = new Command("fit-prior", "Fit a prior to where the training texts are, which new texts are then drawn from. Training does so at its end, with fewer texts.");
        arguments.AddTo(command);
        command.SetAction(parsed =>
        {
            var precision = new RunFolder(arguments.Path(parsed)).ReadTraining().Recipe.Training.Precision;
            return arguments.Use(parsed, (session, stop) =>
            {
                var fit = Progress.Of<PriorFitProgress, PriorFit>(
                    reading => new Progress.Stage(reading.Phase == PriorFitPhase.Encoding ? "encoding" : "fitting", reading.Done, reading.Of),
                    progress => session.FitPrior(progress, stop));
                if (arguments.IsJson(parsed))
                {
                    Output.WriteJson(fit.Prior, new { fit.Tried });
                }
                else
                {
                    Print(fit);
                }
            }, precision);
        });
        return command;
    }

    private static void Print(PriorFit fit)
    {
        var prior = fit.Prior;
        var table = new Table().AddColumn("prior").AddColumn(new TableColumn("nats per text").RightAligned());
        table.AddRow("N(0, I)", $"{prior.StandardLogDensity:F3}");
        foreach (var tried in fit.Tried)
        {
            table.AddRow(tried.Components == 1 ? "one Gaussian" : $"{tried.Components} Gaussians", $"{tried.LogDensity:F3}{(tried.Components == prior.Components ? " *" : "  ")}");
        }
        Output.Standard.Write(table);
        Output.WriteLine($"log density of samples of {prior.HeldOutTexts:N0} validation texts' posteriors, of mixtures fitted to {prior.Texts:N0} training texts");
        Output.WriteLine(prior.IsPreferred
            ? $"* saved, and from now on the default: it gains {prior.Gain:F3} nats per text on N(0, I)"
            : $"* saved, but N(0, I) stays the default: it is {-prior.Gain:F3} nats per text better");
    }
}
