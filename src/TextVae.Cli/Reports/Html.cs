using System.Net;

namespace TextVae.Cli.Reports;

/// <summary>Text and figures in a page: what is between the tags is always encoded here.</summary>
internal static class Html
{
    private const int LongestText = 2000; // UTF-16 code units

    /// <summary>A text of others: it commands nothing, neither as markup nor by characters that cannot be seen.</summary>
    public static string Text(string text) => WebUtility.HtmlEncode(Visible.Of(text, LongestText));

    public static string Share(double? share) => share is { } value ? $"{100 * value:F1}%" : "–";

    public static string Figure(double? figure) => figure is { } value ? $"{value:F3}" : "–";

    /// <param name="headings">Encoded already, as the rows are.</param>
    /// <param name="rows">The cells of each.</param>
    /// <param name="kind">A class of the style sheet.</param>
    public static string Table(IEnumerable<string> headings, IEnumerable<IEnumerable<string>> rows, string kind = "figures") => $"""
        <div class="scroll"><table class="{kind}">
        <thead><tr>{string.Concat(headings.Select(heading => $"<th>{heading}</th>"))}</tr></thead>
        <tbody>
        {string.Join('\n', rows.Select(cells => $"<tr>{string.Concat(cells.Select(cell => $"<td>{cell}</td>"))}</tr>"))}
        </tbody></table></div>
        """;

    /// <summary>Texts one under the other.</summary>
    public static string List(IEnumerable<string> texts) => $"<ol class=\"texts\">{string.Concat(texts.Select(text => $"<li>{Text(text)}</li>"))}</ol>";
}
