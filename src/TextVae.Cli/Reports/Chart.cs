using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace TextVae.Cli.Reports;

/// <summary>What a chart shows of one kind.</summary>
/// <param name="Name">In the legend.</param>
/// <param name="Color">Such as <c>#1f77b4</c>: one that can be seen on white and on black.</param>
/// <param name="Points">From left to right; those that are no numbers are passed over.</param>
/// <param name="AsBars">Bars in place of a line.</param>
/// <param name="Marker">The size of a mark at each point, in pixels.</param>
internal sealed record Series(string Name, string Color, IEnumerable<(double X, double Y)> Points, bool AsBars = false, float Marker = 0)
{
    public (double X, double Y)[] Finite { get; } = [.. Points.Where(point => double.IsFinite(point.X) && double.IsFinite(point.Y))];
}

/// <summary>
/// Charts as SVG that stands in a page. ScottPlot draws what has no letters; these are text of the page, as SkiaSharp would leave
/// them out on a machine without fonts, and draw them black on black.
/// </summary>
internal static partial class Chart
{
    private const int Width = 380;
    private const int Height = 230;
    private const int Ticks = 5;
    private const string Neutral = "#808080"; // can be seen on white and on black

    private static readonly PixelPadding Margins = new(left: 46, right: 14, bottom: 38, top: 24);

    /// <summary>A chart with its legend; a sentence where there is nothing to show.</summary>
    /// <param name="id">Another for each chart of a page.</param>
    /// <param name="title">What the vertical axis says.</param>
    /// <param name="horizontal">What the horizontal one says.</param>
    /// <param name="series">What it shows, the first one in the back.</param>
    public static string Of(string id, string title, string horizontal, params Series[] series)
    {
        if (series.All(kind => kind.Finite.Length == 0))
        {
            return $"""<p class="note">No figures of {Encoded(title)}.</p>""";
        }
        using var plot = new Plot();
        foreach (var kind in series)
        {
            Add(plot, kind);
        }
        Dress(plot);
        var drawing = plot.GetSvgXml(Width, Height);
        var inner = drawing[(drawing.IndexOf('>', drawing.IndexOf("<svg", StringComparison.Ordinal)) + 1)..drawing.LastIndexOf("</svg>", StringComparison.Ordinal)];
        var legend = series.Length == 1 ? "" : string.Concat(series.Select(kind => $"""<span><i style="background:{kind.Color}"></i>{Encoded(kind.Name)}</span>"""));
        return $"""
            <figure class="chart">
            <svg viewBox="0 0 {Width} {Height}" role="img" aria-label="{Encoded(title)}">
            {ClipName().Replace(inner, $"{id}-$0").Trim()}
            {Letters(plot, title, horizontal)}</svg>
            <figcaption>{legend}</figcaption>
            </figure>
            """;
    }

    private static void Add(Plot plot, Series series)
    {
        var (xs, ys, color) = (series.Finite.Select(point => point.X).ToArray(), series.Finite.Select(point => point.Y).ToArray(), Color.FromHex(series.Color));
        if (xs.Length == 0)
        {
            return;
        }
        if (series.AsBars)
        {
            var width = xs.Length > 1 ? xs[1] - xs[0] : 1;
            plot.Add.Bars(series.Finite.Select(point => new Bar { Position = point.X, Value = point.Y, Size = width, FillColor = color.WithAlpha(0.45), LineWidth = 0 }).ToArray());
            return;
        }
        var line = plot.Add.Scatter(xs, ys, color);
        (line.LineWidth, line.MarkerSize) = (2, series.Marker > 0 || xs.Length > 1 ? series.Marker : 6);
    }

    private static void Dress(Plot plot)
    {
        plot.FigureBackground.Color = plot.DataBackground.Color = Colors.Transparent;
        plot.Grid.MajorLineColor = Color.FromHex(Neutral).WithAlpha(0.25);
        plot.Axes.Right.FrameLineStyle.IsVisible = plot.Axes.Top.FrameLineStyle.IsVisible = false;
        plot.Layout.Fixed(Margins);
        foreach (var axis in new IAxis[] { plot.Axes.Bottom, plot.Axes.Left })
        {
            axis.TickGenerator = new NumericAutomatic { TargetTickCount = Ticks };
            axis.TickLabelStyle.IsVisible = false;
            axis.MajorTickStyle.Length = axis.MinorTickStyle.Length = 0;
            axis.FrameLineStyle.Color = Color.FromHex(Neutral);
        }
    }

    private static string Letters(Plot plot, string title, string horizontal)
    {
        var (letters, data) = (new StringBuilder(), plot.LastRender.DataRect);
        void Write(float x, float y, string anchor, string text) =>
            letters.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"""<text x="{x:F1}" y="{y:F1}" text-anchor="{anchor}">{Encoded(text)}</text>""");
        foreach (var tick in plot.Axes.Bottom.TickGenerator.Ticks.Where(tick => tick.IsMajor))
        {
            WriteWithin(plot.GetPixel(new Coordinates(tick.Position, 0)).X, data.Left, data.Right, x => Write(x, data.Bottom + 15, "middle", tick.Label));
        }
        foreach (var tick in plot.Axes.Left.TickGenerator.Ticks.Where(tick => tick.IsMajor))
        {
            WriteWithin(plot.GetPixel(new Coordinates(0, tick.Position)).Y, data.Top, data.Bottom, y => Write(data.Left - 5, y + 4, "end", tick.Label));
        }
        Write(data.Left, data.Top - 10, "start", title);
        Write((data.Left + data.Right) / 2, Height - 6, "middle", horizontal);
        return letters.ToString();
    }

    private static void WriteWithin(float place, float least, float most, Action<float> write)
    {
        if (place >= least && place <= most)
        {
            write(place);
        }
    }

    private static string Encoded(string text) => WebUtility.HtmlEncode(text);

    [GeneratedRegex(@"\bcl_[0-9a-f]+\b")]
    private static partial Regex ClipName();
}
