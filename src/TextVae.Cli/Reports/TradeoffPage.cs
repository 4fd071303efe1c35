using TextVae.Reports;
using static System.FormattableString;

namespace TextVae.Cli.Reports;

/// <summary>Runs at several rates as one page of HTML: what changes with what the latent vector says.</summary>
internal static class TradeoffPage
{
    private const string Runs = "#2f7ed8";
    private const string Real = "#808080";
    private const string Chosen = "#e07b2e";
    private const float Mark = 6; // pixels
    private const float ChosenMark = 12;

    /// <param name="found">The runs.</param>
    /// <param name="name">What they are called together.</param>
    /// <param name="training">The command that trains at the recommended rate.</param>
    public static string Of(RateComparison found, string name, string training) => Html.Page($"{name}: how much the latent vector should say", $"""
        <h1>{Html.Text(name)}</h1>
        <p class="note">How much the latent vector should say of a text: {found.Trials.Count} short runs of one model on the same texts, which differ in the KL that they are held at.</p>
        <p>{Html.Text(Html.Sentence(found.Reason))}</p>
        <p class="note">To train at this rate:</p>
        <p><code>{Html.Text(training)}</code></p>
        <h2>What changes with the KL</h2>
        <div class="columns">
        {Drawn(found, "bound", "bound, bits per character of held-out texts", trial => trial.BitsPerCharacter)}
        {Drawn(found, "right", "percent of the characters reconstructed", trial => 100 * trial.CharactersRight)}
        </div>
        <div class="columns">
        {Drawn(found, "quality", "quality: forward bits per character", trial => trial.ForwardBits, found.Real.ForwardBits)}
        {Drawn(found, "diversity", "diversity: reverse bits per character", trial => trial.ReverseBits, found.Real.ReverseBits)}
        </div>
        <p class="note">Quality: what samples cost an n-gram model of the training texts; above the real texts' they are less well formed, below it they repeat what is frequent. Diversity: what held-out texts cost an n-gram model of the samples; the nearer to that of as many training texts, the more of what there is they cover.</p>
        <h2>The runs</h2>
        {Html.Table(["nats wanted", "KL", "bound", "characters right", "unique", "novel", "forward", "reverse", ""], found.Trials.Select(trial => Row(found, trial)).Append(RealRow(found.Real)))}
        <p class="note">KL: nats per text. Bound: bits per character of held-out texts. Samples are decoded greedily.</p>
        """);

    private static string Drawn(RateComparison found, string id, string title, Func<RateTrial, double> figure, double? real = null)
    {
        var (least, most) = (found.Trials[0].Kl, found.Trials[^1].Kl);
        IEnumerable<Series> yardstick = real is { } level ? [new Series("real texts", Real, [(least, level), (most, level)])] : [];
        return Chart.Of(id, title, "KL, nats per text", [
            .. yardstick,
            new Series("runs", Runs, found.Trials.Select(trial => (trial.Kl, figure(trial))), Marker: Mark),
            new Series("recommended", Chosen, [(found.Recommended.Kl, figure(found.Recommended))], Marker: ChosenMark),
        ]);
    }

    private static IEnumerable<string> Row(RateComparison found, RateTrial trial) =>
    [
        RateTable.Name(trial), Invariant($"{trial.Kl:F1}"), Html.Figure(trial.BitsPerCharacter), Html.Share(trial.CharactersRight), Html.Share(trial.Unique), Html.Share(trial.Novel),
        Html.Figure(trial.ForwardBits), Html.Figure(trial.ReverseBits), string.Join(", ", Remarks(found, trial)),
    ];

    private static IEnumerable<string> RealRow(SampleFigures real) =>
        ["real texts", "", "", "", Html.Share(real.Unique), Html.Share(real.Novel), Html.Figure(real.ForwardBits), Html.Figure(real.ReverseBits), ""];

    private static IEnumerable<string> Remarks(RateComparison found, RateTrial trial)
    {
        if (trial == found.Recommended)
        {
            yield return "recommended";
        }
        if (trial.MissesTarget)
        {
            yield return "missed what was wanted";
        }
    }
}
