namespace TextVae.Cli.Reports;

/// <summary>A report in a few lines, for a terminal.</summary>
internal static class ReportSummary
{
    private const int TitleWidth = 17;

    public static IEnumerable<string> Lines(RunReport report)
    {
        var (samples, real) = (report.Samples[0], report.Real);
        var fewer = report.BaselineTexts < report.TrainingTexts ? $" (n-grams and compressors know {report.BaselineTexts:N0} of {report.TrainingTexts:N0} training texts)" : "";
        yield return $"On {Heading(report)}{fewer}:";
        yield return Line("cost", $"{report.Bound.BitsPerCharacter.Total:F3} bits per character; {string.Join(", ", report.Baselines.Select(baseline => $"{baseline.Name} {baseline.BitsPerCharacter:F3}"))}");
        if (report.Reconstruction is { } reconstruction)
        {
            yield return Line("reconstructions", $"{Percent(Right(reconstruction.CharacterErrorRate))} of the characters right, {Percent(reconstruction.Exact)} of {reconstruction.Texts:N0} texts exact");
        }
        if (report.Bound.Posterior is { } verdict)
        {
            yield return Line("latent vector", verdict.Sentence);
        }
        yield return Line("samples", $"{samples.Texts:N0} drawn {samples.Source}: {Percent(samples.Unique)} unique{(samples.Novel is { } novel ? $", {Percent(novel)} novel (real texts: {Percent(real.Novel)})" : "")}");
        if (samples.Distance is { } distance)
        {
            yield return Line("nearest", $"{distance:F2} edits per character to the nearest training text (real texts: {real.Distance:F2})");
        }
        yield return Line("quality", $"{samples.ForwardBits:F2} bits per character under the n-grams of the training texts (real texts: {real.ForwardBits:F2})");
        yield return Line("diversity", $"{samples.ReverseBits:F2} bits per character of real texts under the n-grams of the samples (of as many real texts: {real.ReverseBits:F2})");
    }

    /// <summary>Which texts a report is of.</summary>
    public static string Heading(RunReport report) => $"{report.Bound.Texts:N0} {Words(report.Split)} texts";

    /// <summary>The share of characters that came back, as a person understands it: no less than none.</summary>
    public static double Right(double characterErrorRate) => Math.Max(0, 1 - characterErrorRate);

    private static string Percent(double? share) => $"{100 * share:F0}%";

    private static string Words(TextSplit split) => split switch
    {
        TextSplit.Train => "training",
        TextSplit.Valid => "validation",
        _ => "test",
    };

    private static string Line(string title, string text) => $"  {title.PadRight(TitleWidth)}{text}";
}
