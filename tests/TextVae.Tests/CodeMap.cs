using System.Text.RegularExpressions;
using TextVae.Dependencies;

namespace TextVae.Tests;

/// <summary><c>docs/code-map.md</c>: what there is, and the one place that says which folder may use which.</summary>
internal static partial class CodeMap
{
    private const string Library = "src/TextVae/";

    /// <summary>The paths that have a row of their own, in the order of the rows; the folders end with '/'.</summary>
    public static IReadOnlyList<string> Paths { get; } =
        [.. Row().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "code-map.md"))).Select(row => row.Groups["path"].Value)];

    /// <summary>The folders of the library, lowest first: each may use those before it.</summary>
    public static IReadOnlyList<string> Folders { get; } =
    [
        .. Paths.Where(path => path.StartsWith(Library, StringComparison.Ordinal))
            .Select(path => path == Library ? SourceCode.Door : path[Library.Length..].TrimEnd('/')),
    ];

    [GeneratedRegex(@"^\| `(?<path>[^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
