using System.Net;

namespace TextVae.Cli.Reports;

/// <summary>Text and figures in a page: what is between the tags is always encoded here.</summary>
internal static class Html
{
    private const int LongestText = 2000; // UTF-16 code units

    private static readonly string Style = Resource("report.css");

    /// <summary>A page, which is well-formed XML too, needs no other file and asks no network for anything.</summary>
    /// <param name="title">Of the page, not encoded yet.</param>
    /// <param name="body">Encoded already.</param>
    public static string Page(string title, string body) => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{Text(title)}</title>
        <style>
        {Style}</style>
        </head>
        <body>
        {body}
        </body>
        </html>

        """;

    /// <summary>A text of others: it commands nothing, neither as markup nor by characters that cannot be seen.</summary>
    public static string Text(string text) => WebUtility.HtmlEncode(Visible.Of(text, LongestText));

    /// <summary>With a capital and a full stop.</summary>
    public static string Sentence(string words) => $"{char.ToUpperInvariant(words[0])}{words[1..]}.";

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

    private static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(Html).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
