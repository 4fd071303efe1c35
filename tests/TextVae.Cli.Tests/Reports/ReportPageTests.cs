using System.Xml.Linq;
using TextVae.Cli.Reports;
using TextVae.Evaluation;
using TextVae.Reports;

namespace TextVae.Cli.Tests.Reports;

public class ReportPageTests
{
    private const string Hostile = "<script>alert('1')</script> & \"\u001b[2J\" \u202e]]> --> 😀";

    private static readonly SampleFigures Samples = new(Hostile, 2, 0.5, 0.5, 0, 0.25, 2.5, 3.5, [Hostile, "plain"]);

    private static readonly RunReport Report = new()
    {
        Name = Hostile,
        Split = TextSplit.Test,
        TrainingTexts = 100,
        TrainingTextsRead = 100,
        BaselineTexts = 100,
        LeftOut = [Hostile],
        Bound = new EvaluationResult
        {
            Texts = 2,
            Characters = 40,
            Tokens = 42,
            Latent = 2,
            Reconstruction = 20,
            Kl = 5,
            Auxiliary = 0,
            ActiveUnits = 2,
            MutualInformation = 0.6,
            MarginalKl = 4.4,
            RandomLatentGap = 10,
        },
        Baselines = [new(Hostile, 2.25), new("diverged", double.NaN)],
        Reconstruction = new ReconstructionFigures(1, 0, 1.5, [new Reconstruction(Hostile, Hostile)]),
        Samples = [Samples],
        Real = Samples,
        Lengths = [new LengthBin(0, 9, 0.5, 0.5, 0.5), new LengthBin(10, 19, 0.5, 0.5, 0.5)],
        Map = new LatentMap([new MappedText(Hostile, -1, 0), new MappedText("plain", 1, 0)], 0.9),
        Curves = new TrainingCurves([], [new CurvePoint(5, new BitsPerCharacter(double.NaN, 1, double.NaN), 1)]),
        Interpolations = [[Hostile, "plain"]],
    };

    [Fact]
    public void Texts_stand_in_the_page_as_they_are_and_command_nothing()
    {
        var page = ReportPage.Of(Report);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain('\u001b', page);
        Assert.DoesNotContain('\u202e', page);
        var parsed = XDocument.Parse(page);
        var shown = "<script>alert('1')</script> & \"\\u001b[2J\" \\u202e]]> --> 😀";
        Assert.Equal(2, parsed.Descendants("td").Count(cell => cell.Value == shown) - Rows(parsed, shown)); // a reconstruction and its text
        Assert.Contains(parsed.Descendants("li"), item => item.Value == shown);
        Assert.Contains(parsed.Descendants("circle"), point => point.Value == shown);
    }

    [Fact]
    public void Figures_that_are_no_numbers_leave_the_page_whole()
    {
        var parsed = XDocument.Parse(ReportPage.Of(Report));
        Assert.Contains(parsed.Descendants("td"), cell => cell.Value == "NaN");
        Assert.Contains(parsed.Descendants("p"), note => note.Value == "No figures of bound, bits per character.");
    }

    [Fact]
    public void A_report_in_short_has_what_there_is_in_eight_lines()
    {
        string[] lines = [.. ReportSummary.Lines(Report)];
        Assert.Equal(8, lines.Length);
        Assert.Contains("0% of the characters right, 0% of 1 texts exact", lines[2], StringComparison.Ordinal); // not less than none
        Assert.Equal(6, ReportSummary.Lines(Report with { Reconstruction = null, Bound = Report.Bound with { RandomLatentGap = null } }).Count());
    }

    /// <summary>Other cells of that text: a baseline's name, and those of two rows of samples.</summary>
    private static int Rows(XDocument page, string text) =>
        page.Descendants("tr").Count(row => row.Elements("td").FirstOrDefault()?.Value == text && row.Elements("td").Count() > 2);
}
