using TextVae.Reports;

namespace TextVae.Cli.Reports;

/// <summary>The map of the latent space as SVG, in which a point shows its text under the pointer.</summary>
internal static class MapPicture
{
    private const double Size = 600;
    private const double Margin = 12;

    public static string Of(LatentMap map)
    {
        var (left, right) = (map.Points.Min(point => point.X), map.Points.Max(point => point.X));
        var (bottom, top) = (map.Points.Min(point => point.Y), map.Points.Max(point => point.Y));
        var scale = (Size - 2 * Margin) / Math.Max(Math.Max(right - left, top - bottom), double.Epsilon); // the same in both directions
        var height = (top - bottom) * scale + 2 * Margin;
        var points = map.Points.Select(point =>
            $"""<circle cx="{Margin + (point.X - left) * scale:F1}" cy="{Margin + (top - point.Y) * scale:F1}" r="4"><title>{Html.Text(point.Text)}</title></circle>""");
        return $"""
            <svg class="map" viewBox="0 0 {Size:F0} {height:F0}" role="img" aria-label="Map of the latent space">
            {string.Join('\n', points)}
            </svg>
            """;
    }
}
