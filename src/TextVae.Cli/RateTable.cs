using Spectre.Console;
using TextVae.Reports;
using static System.FormattableString;

namespace TextVae.Cli;

/// <summary>Runs at several rates beside one another, for people.</summary>
internal static class RateTable
{
    private const string Missed = "!";

    /// <summary>What a rate is called.</summary>
    public static string Name(RateTrial trial) => trial.Nats is { } nats ? Invariant($"{nats}") : "as it comes";

    public static Table Of(RateComparison found)
    {
        var table = new Table().SimpleBorder().AddColumn("nats wanted");
        foreach (var heading in new[] { "KL", "bound", "right", "unique", "novel", "quality", "diversity" })
        {
            table.AddColumn(new TableColumn(heading).RightAligned().NoWrap());
        }
        foreach (var trial in found.Trials)
        {
            table.AddRow(
                $"{(trial == found.Recommended ? "*" : " ")} {Name(trial)}", Invariant($"{trial.Kl:F1}{(trial.MissesTarget ? Missed : "")}"), Invariant($"{trial.BitsPerCharacter:F3}"),
                Share(trial.CharactersRight), Share(trial.Unique), Share(trial.Novel), Invariant($"{trial.ForwardBits:F2}"), Invariant($"{trial.ReverseBits:F2}"));
        }
        return table.AddRow("  real texts", "", "", "", Share(found.Real.Unique), Share(found.Real.Novel), Invariant($"{found.Real.ForwardBits:F2}"), Invariant($"{found.Real.ReverseBits:F2}"));
    }

    /// <summary>What the columns are.</summary>
    public static IEnumerable<string> Legend(RateComparison found)
    {
        yield return "KL in nats per text and bound in bits per character, of held-out texts; right: of their characters, after reconstruction";
        yield return "quality: bits per character of samples under n-grams of training texts; diversity: of held-out texts under n-grams of the samples";
        if (found.Trials.Any(trial => trial.MissesTarget))
        {
            yield return $"{Missed} the KL has not come to what was wanted: a longer run may, if the texts need no more than that";
        }
    }

    /// <summary>A line for each run.</summary>
    public static IEnumerable<string> InWords(RateComparison found) => found.Trials.Select(trial => Invariant(
        $"tried {(trial.Nats is { } nats ? Invariant($"{nats} nats") : "the KL as it comes")}: {trial.Kl:F1} nats reached, bound {trial.BitsPerCharacter:F3} bits per character, {Share(trial.CharactersRight)} of the characters right, samples' forward bits {trial.ForwardBits:F2}, reverse bits {trial.ReverseBits:F2}"));

    private static string Share(double? share) => share is { } value ? Invariant($"{100 * value:F0}%") : "";
}
