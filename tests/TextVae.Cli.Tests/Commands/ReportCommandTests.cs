using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;

namespace TextVae.Cli.Tests.Commands;

public class ReportCommandTests(TrainedRun trained)
{
    [Fact]
    public void The_page_needs_nothing_else_and_has_the_figures_that_json_has()
    {
        using var folder = trained.Copy();
        var report = JsonElement.Parse(Assert.Single(TextVaeProcess.Run(folder, "report", "run", "--samples", "30", "--baseline", "run", "--json", "--out", "page.html", "--threads", "1").Succeeded()));
        var lines = TextVaeProcess.Run(folder, "report", "run", "--samples", "30", "--baseline", "run", "--threads", "1").Succeeded();

        var page = File.ReadAllText(folder["page.html"]);
        Assert.Equal(page, File.ReadAllText(folder["run", "report.html"]));
        Assert.EndsWith(Path.Combine("run", "report.html"), lines[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("http", page, StringComparison.Ordinal);
        var parsed = XDocument.Parse(page);
        Assert.DoesNotContain(parsed.Descendants(), element => element.Name.LocalName is "script" or "link" or "img" or "iframe" || element.Attribute("src") is not null || element.Attribute("href") is not null);
        string[] cells = [.. parsed.Descendants("td").Concat(parsed.Descendants("b")).Select(cell => cell.Value)];
        string Figure(JsonElement figure) => figure.GetDouble().ToString("F3", CultureInfo.InvariantCulture);
        Assert.Contains(Figure(report.GetProperty("bound").GetProperty("bits_per_character").GetProperty("total")), cells);
        Assert.Equal("run", report.GetProperty("baselines")[4].GetProperty("name").GetString());
        Assert.All(report.GetProperty("baselines").EnumerateArray(), cost => Assert.Contains(Figure(cost.GetProperty("bits_per_character")), cells));
        Assert.All(report.GetProperty("samples").EnumerateArray().Append(report.GetProperty("real")), figures =>
        {
            Assert.Contains(Figure(figures.GetProperty("forward_bits")), cells);
            Assert.Contains(Figure(figures.GetProperty("reverse_bits")), cells);
        });
        Assert.Equal(report.GetProperty("map").GetProperty("points").GetArrayLength(), parsed.Descendants("circle").Count());
        Assert.Contains(lines, line => line.Contains("bits per character", StringComparison.Ordinal) && line.Contains(Figure(report.GetProperty("bound").GetProperty("bits_per_character").GetProperty("total")), StringComparison.Ordinal));
        Assert.InRange(lines.Length, 8, 10);
        Assert.Equal(4, parsed.Descendants("svg").Count(drawing => drawing.Descendants("text").Count() > 5)); // charts have letters, with fonts or without
    }
}
