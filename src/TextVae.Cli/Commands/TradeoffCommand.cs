using System.CommandLine;
using System.Text;
using TextVae.Cli.Reports;
using TextVae.Reports;
using TextVae.Storage;
using static System.FormattableString;

namespace TextVae.Cli.Commands;

/// <summary><c>textvae tradeoff</c>: short runs that differ in how much their latent vector says of a text, and which rate to train at.</summary>
internal static class TradeoffCommand
{
    private const string Name = "tradeoff";
    private const double DefaultMinutes = 1;

    public static Command Create()
    {
        var arguments = new TrainingArguments();
        var output = new Option<string?>("--out") { Description = $"The folder of the runs, {Name}.csv and {Name}.html; what is done there is not done again. Default: runs/ and the texts' name with -{Name} behind it, and -2 and so on if that is taken." };
        var minutes = Numbers.Optional<double>("--minutes", Invariant($"How long each run may take here, without a RECIPE. Default: {DefaultMinutes}."), least: 0.05, most: 100_000);
        var nats = WantedRate.List(string.Join(',', new RateTradeoffOptions().Nats));
        var command = new Command(Name, "Try how much the latent vector should say of a text: short runs at several rates, their bound, reconstructions and samples, and which rate to train at.");
        arguments.AddTo(command, output, minutes, nats);
        command.SetAction(parsed =>
        {
            var asked = arguments.Read(parsed, parsed.GetValue(output), parsed.GetValue(minutes), []);
            var options = parsed.GetValue(nats) is { Count: > 0 } rates ? new RateTradeoffOptions { Nats = [.. rates.Distinct()] } : new RateTradeoffOptions();
            using var plan = TrainingPlan.Tradeoff(asked with { Minutes = asked.Minutes ?? (asked.Recipe is null ? DefaultMinutes : null) });
            using var signal = StopSignal.AtOnce(plan.Dispose);
            var folder = plan.Folder.Run.Path;
            try
            {
                var found = RateProgress.Show(options.Nats.Count + 1, observer =>
                    RateTradeoff.Run(folder, plan.File.Recipe, plan.Texts, options with { Observers = [signal, observer] }, signal.Token));
                var training = CommandWords.Again(parsed, "train", [output, minutes, nats, .. arguments.OfThisTime], found.Recommended.Nats is { } best ? ["--nats", Invariant($"{best}")] : []);
                var page = Write(found, folder, training);
                Print(found, folder, training, page, arguments.IsJson(parsed));
                return ExitCodes.Done;
            }
            catch (OperationCanceledException) when (signal.ExitCode > 0)
            {
                Output.Note($"Stopped and saved. Go on with: {CommandWords.Again(parsed, Name, [output], "--out", folder)}");
                return signal.ExitCode;
            }
        });
        return command;
    }

    private static string Write(RateComparison found, string folder, string training)
    {
        TextTable.Write(Path.Combine(folder, $"{Name}.csv"), found.Trials.Select(trial => new Row(
            Path.GetFileName(trial.Run), trial.Nats is { } nats ? Invariant($"{nats}") : "", trial.Kl, YesOrNo(trial.MissesTarget), trial.BitsPerCharacter, trial.CharactersRight,
            trial.Unique, trial.Novel ?? double.NaN, trial.ForwardBits, trial.ReverseBits, YesOrNo(trial == found.Recommended))));
        var page = Path.Combine(folder, $"{Name}.html");
        AtomicFile.Write(page, stream => stream.Write(Encoding.UTF8.GetBytes(TradeoffPage.Of(found, Path.GetFileName(folder), training))), InputKind.Data);
        return page;
    }

    private static void Print(RateComparison found, string folder, string training, string page, bool json)
    {
        if (json)
        {
            var real = found.Real;
            Output.WriteJson(new { Folder = folder, found.Trials, Real = new { real.Texts, real.Unique, real.Novel, real.ForwardBits, real.ReverseBits }, found.Recommended, found.Reason, Command = training });
            return;
        }
        Output.Standard.Write(RateTable.Of(found));
        foreach (var sentence in RateTable.Legend(found).Append($"* {found.Reason}. To train at it:"))
        {
            Output.Standard.Write(new Spectre.Console.Text($"{sentence}\n")); // between words
        }
        Output.WriteLine($"    {training}");
        Output.WriteLine($"With charts: {page}");
    }

    private static string YesOrNo(bool answer) => answer ? "yes" : "no";

    /// <summary>A line of <c>tradeoff.csv</c>.</summary>
    private sealed record Row(
        string Run, string Nats, double Kl, string MissesTarget, double BitsPerCharacter, double CharactersRight,
        double Unique, double Novel, double ForwardBits, double ReverseBits, string Recommended);
}
