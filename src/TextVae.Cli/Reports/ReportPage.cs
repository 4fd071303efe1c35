using TextVae.Reports;

namespace TextVae.Cli.Reports;

/// <summary>A report as one page of HTML.</summary>
internal static class ReportPage
{
    private const string Own = "#2f7ed8"; // the model's
    private const string Other = "#e07b2e";
    private const string Real = "#808080";

    public static string Of(RunReport report) => Html.Page($"{report.Name}: what the model came to", $"""
        <h1>{Html.Text(report.Name)}</h1>
        <p class="note">What the model came to, on {ReportSummary.Heading(report)}; {report.TrainingTexts:N0} training texts.</p>
        {Tiles(report)}
        {string.Join('\n', report.LeftOut.Select(sentence => $"<p class=\"note\">{Html.Text(sentence)}</p>"))}
        {Costs(report)}
        {Reconstructions(report)}
        {Samples(report)}
        {Distributions(report)}
        {LatentSpace(report)}
        {Curves(report.Curves)}
        """);

    private static string Tiles(RunReport report)
    {
        var (samples, best) = (report.Samples[0], report.Baselines.MinBy(baseline => baseline.BitsPerCharacter)!);
        IEnumerable<(string Figure, string Words)> tiles =
        [
            (Html.Figure(report.Bound.BitsPerCharacter.Total), "bits per character"),
            (Html.Figure(best.BitsPerCharacter), $"the best baseline: {best.Name}"),
            .. report.Reconstruction is { } reconstruction ? [(Html.Share(ReportSummary.Right(reconstruction.CharacterErrorRate)), "of the characters reconstructed")] : Array.Empty<(string, string)>(),
            (Html.Share(samples.Unique), "of the samples unique"),
            .. samples.Novel is { } novel ? [(Html.Share(novel), "of the samples novel")] : Array.Empty<(string, string)>(),
        ];
        return $"""<div class="tiles">{string.Concat(tiles.Select(tile => $"<div><b>{tile.Figure}</b><span>{Html.Text(tile.Words)}</span></div>"))}</div>""";
    }

    private static string Costs(RunReport report)
    {
        var costs = report.Baselines.Append(new BaselineCost("this model (bound)", report.Bound.BitsPerCharacter.Total)).OrderByDescending(cost => cost.BitsPerCharacter).ToList();
        var most = costs.Where(cost => double.IsFinite(cost.BitsPerCharacter)).Select(cost => cost.BitsPerCharacter).DefaultIfEmpty(1).Max();
        string Bar(BaselineCost cost) =>
            $"""<span class="bar{(report.Baselines.Contains(cost) ? "" : " own")}" style="width:{(double.IsFinite(cost.BitsPerCharacter) ? 100 * cost.BitsPerCharacter / most : 100):F1}%"></span>""";
        return $"""
            <h2>What unseen texts cost</h2>
            <p>Bits per character: the fewer, the better the texts are predicted. The model's is a bound, which its true cost is not above: reconstruction {Html.Figure(report.Bound.BitsPerCharacter.Reconstruction)}, KL {Html.Figure(report.Bound.BitsPerCharacter.Kl)}.</p>
            {Html.Table(["", "bits", ""], costs.Select(cost => new[] { Html.Text(cost.Name), Html.Figure(cost.BitsPerCharacter), Bar(cost) }), "costs")}
            <p class="note">The baselines have learned from {report.BaselineTexts:N0} of the training texts. The order of the n-grams is the best for these very texts. The compressors read the texts together, behind the training texts in one stream; gzip remembers 32 KiB of it.</p>
            """;
    }

    private static string Reconstructions(RunReport report) => report.Reconstruction is not { } figures ? "" : $"""
        <h2>Reconstructions</h2>
        <p>A text, its vector, and what the model writes from that: of {figures.Texts:N0} texts {Html.Share(figures.Exact)} come back exactly; the character error rate is {Html.Figure(figures.CharacterErrorRate)} (edits per character).</p>
        {Html.Table(["text", "reconstructed"], figures.Examples.Select(text => new[] { Html.Text(text.Text), Html.Text(text.Reconstructed!) }), "pairs")}
        """;

    private static string Samples(RunReport report)
    {
        IEnumerable<string> Row(SampleFigures figures) =>
        [
            Html.Text(figures.Source), $"{figures.Texts:N0}", Html.Share(figures.Unique), Html.Share(figures.Novel), Html.Share(figures.NearTraining),
            Html.Figure(figures.Distance), Html.Figure(figures.ForwardBits), Html.Figure(figures.ReverseBits),
        ];
        return $"""
            <h2>Samples</h2>
            {Html.Table(["", "texts", "unique", "novel", "near one of training", "distance", "forward", "reverse"], report.Samples.Append(report.Real).Select(Row))}
            <p class="note">The real texts are the yardstick: where samples are like them, they are good. Novel: no training text ({report.TrainingTextsRead:N0} of {report.TrainingTexts:N0} were looked up); the rest is memorised. Near: within 0.2 edits per character of one. Distance: mean edits per character to the nearest. Forward: bits per character of the samples under the n-grams of the training texts, which says how well formed they are. Reverse: bits per character of real texts under n-grams of the samples (in the last row: of as many training texts), which says how much of what there is they cover.</p>
            <div class="columns">
            {string.Join('\n', report.Samples.Append(report.Real).Select(figures => $"<div><h3>{Html.Text(figures.Source)}</h3>{Html.List(figures.Examples)}</div>"))}
            </div>
            """;
    }

    private static string Distributions(RunReport report)
    {
        if (report.Comparison is not { } comparison)
        {
            return "";
        }
        Series Lengths(string name, string color, Func<LengthBin, double> share, bool asBars = false) =>
            new(name, color, report.Lengths.Select(bin => ((bin.From + bin.To) / 2.0, 100 * share(bin))), asBars);
        return $"""
            <h2>Lengths and characters</h2>
            <div class="columns">
            {(report.Lengths.Count == 0 ? "" : Chart.Of("lengths", "percent of the texts", "characters of a text", Lengths("training texts", Real, bin => bin.Training, asBars: true), Lengths("unseen texts", Other, bin => bin.HeldOut), Lengths($"samples, {report.Samples[0].Source}", Own, bin => bin.Samples)))}
            <div>
            {Html.Table(["character", "samples", "training"], comparison.Characters.Select(shares => new[] { Character(shares.Character), Html.Share(shares.Samples), Html.Share(shares.Training) }))}
            <p class="note">The characters whose shares differ most. Jensen-Shannon divergence from the training texts, bits (unseen texts): lengths {Html.Figure(comparison.Samples.LengthDivergence)} ({Html.Figure(comparison.Validation.LengthDivergence)}), characters {Html.Figure(comparison.Samples.CharacterDivergence)} ({Html.Figure(comparison.Validation.CharacterDivergence)}).</p>
            </div>
            </div>
            """;
    }

    /// <summary>A space is seen.</summary>
    private static string Character(string character) => character == " " ? "space" : Html.Text(character);

    private static string LatentSpace(RunReport report)
    {
        if (report.Bound.Posterior is null && report.Map is null)
        {
            return "";
        }
        var map = report.Map is not { } drawn ? "" : $"""
            <p class="note">{drawn.Points.Count:N0} unseen texts by the first two principal components of their posterior means, which hold {Html.Share(drawn.Variance)} of the variance. Under the pointer a point shows its text.</p>
            {MapPicture.Of(drawn)}
            """;
        var ways = report.Interpolations.Count == 0 ? "" : $"""
            <h3>On the way from one text to another</h3>
            <div class="columns">
            {string.Join('\n', report.Interpolations.Select(Html.List))}
            </div>
            <p class="note">The first and the last line are the texts themselves; between them is what the model writes from points on the line between their vectors.</p>
            """;
        return $"""
            <h2>Latent space</h2>
            {(report.Bound.Posterior is { } verdict ? $"<p>{Html.Text(Html.Sentence(verdict.Sentence))}</p>" : "")}
            {map}
            {ways}
            """;
    }

    private static string Curves(TrainingCurves curves)
    {
        static Series Line(string name, string color, IReadOnlyList<CurvePoint> points, Func<CurvePoint, double> figure) =>
            new(name, color, points.Select(point => ((double)point.Step, figure(point))));
        var measured = curves.Validation.Count > 0 ? curves.Validation : curves.Training;
        return $"""
            <h2>Training</h2>
            <div class="columns">
            {Chart.Of("bound", "bound, bits per character", "step", Line("training", Real, curves.Training, point => point.BitsPerCharacter.Total), Line("validation", Own, curves.Validation, point => point.BitsPerCharacter.Total))}
            {Chart.Of("terms", "its terms, bits per character", "step", Line("reconstruction", Own, measured, point => point.BitsPerCharacter.Reconstruction), Line("KL", Other, measured, point => point.BitsPerCharacter.Kl))}
            {Chart.Of("beta", "weight of the KL term", "step", Line("beta", Own, curves.Training, point => point.Beta))}
            </div>
            """;
    }
}
