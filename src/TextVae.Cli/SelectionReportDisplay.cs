using Spectre.Console;
using TextVae.Texts;

namespace TextVae.Cli;

/// <summary>A <see cref="SelectionReport"/> for people, on stderr.</summary>
internal static class SelectionReportDisplay
{
    private const int ChartWidth = 72; // columns
    private const int Bins = 8;

    /// <summary>Prints it.</summary>
    /// <param name="report">The report.</param>
    /// <param name="accepted">The accepted texts.</param>
    /// <param name="training">The training texts; null where they were not read.</param>
    public static void Print(SelectionReport report, TextStatistics accepted, TextStatistics? training)
    {
        Output.Error.Write(Outcomes(report));
        if (report.Comparison is { } comparison)
        {
            Output.Error.Write(Comparison(comparison));
            Output.Error.Write(Lengths(accepted.Lengths, training!.Lengths));
        }
    }

    private static Table Outcomes(SelectionReport report)
    {
        var (table, counts) = (Table("texts", "of those drawn", "of validation texts"), report.Counts);
        void Row(string name, long count, double? unseen = null) =>
            table.AddRow(name, $"{count:N0}", $"{(double)count / counts.Drawn:P2}", unseen is null ? "" : $"{unseen:P2}");
        Row("drawn", counts.Drawn);
        if (report.Memorized is { } memorized)
        {
            Row("the same as a training text", counts.Memorized, memorized.ValidationSame);
            Row($"within {report.NearDuplicateDistance} of a training text", counts.NearMemorized, memorized.ValidationNear);
        }
        Row("rejected: the same as an accepted text", counts.Duplicates);
        Row($"rejected: within {report.NearDuplicateDistance} of an accepted text", counts.NearDuplicates);
        Row("accepted", counts.Accepted);
        return table;
    }

    private static Table Comparison(CorpusComparison comparison)
    {
        var table = Table("accepted", "validation", "training");
        void Row(string name, Func<CorpusSummary, string> figure) =>
            table.AddRow(name, figure(comparison.Samples), figure(comparison.Validation), figure(comparison.Training));
        Row("texts", side => $"{side.Texts:N0}");
        Row("characters of a text", side => $"{side.MeanLength:F1}");
        Row("  quantiles 5%, 25%, 50%, 75%, 95%", side => $"{side.Lengths.P05} {side.Lengths.P25} {side.Lengths.P50} {side.Lengths.P75} {side.Lengths.P95}");
        Row("lengths' divergence from training, bits", side => $"{side.LengthDivergence:F4}");
        Row("characters' divergence from training, bits", side => $"{side.CharacterDivergence:F4}");
        Row($"distinct-1, -2, -3, of at most {TextStatistics.SubsetSize} texts", side => $"{side.Distinct1:F3} {side.Distinct2:F3} {side.Distinct3:F3}");
        Row($"self-BLEU, of at most {TextStatistics.SubsetSize} texts", side => $"{side.SelfBleu:F3}");
        return table;
    }

    private static BarChart Lengths(EmpiricalDistribution<int> accepted, EmpiricalDistribution<int> training)
    {
        var width = accepted.Values.Concat(training.Values).Max() / Bins + 1; // characters
        var chart = new BarChart().Width(ChartWidth).Label("characters of a text, % of the texts").LeftAlignLabel();
        for (var from = 0; from < Bins * width; from += width)
        {
            double Percent(EmpiricalDistribution<int> lengths) => Math.Round(100 * Enumerable.Range(from, width).Sum(lengths.Share), 1);
            chart.AddItem($"{from}-{from + width - 1} accepted", Percent(accepted), Color.Green);
            chart.AddItem("training", Percent(training), Color.Grey);
        }
        return chart;
    }

    private static Table Table(params string[] columns)
    {
        var table = new Table().AddColumn("");
        return columns.Aggregate(table, (table, column) => table.AddColumn(new TableColumn(column).RightAligned()));
    }
}
