using System.Text.RegularExpressions;

namespace TextVae.Tests;

/// <summary>The documents and the repository say the same of what there is.</summary>
public partial class DocumentationTests
{
    public static TheoryData<string> Documents =>
        [.. Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md").Select(path => $"docs/{Path.GetFileName(path)}").Append("README.md").Append("CONTRIBUTING.md").Append("SECURITY.md")];

    [Theory]
    [MemberData(nameof(Documents))]
    public void A_path_that_a_document_names_is_there(string document)
    {
        var missing = PathInRepository().Matches(File.ReadAllText(Path.Combine(Repository.Root, document)))
            .Select(match => match.Value)
            .Where(path => !Exists(path) && !Exists(Path.Combine("src", "TextVae", path)));
        Assert.Equal([], missing);
    }

    [Fact]
    public void The_code_map_names_what_is_there_and_each_once()
    {
        Assert.Equal([], CodeMap.Paths.Where(path => !Exists(path)));
        Assert.Equal(CodeMap.Paths.Distinct(), CodeMap.Paths);
    }

    [Fact]
    public void The_map_of_the_paper_names_recipes_that_are_there()
    {
        var named = Recipe().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "paper-map.md"))).Select(match => match.Value).ToList();
        Assert.NotEmpty(named);
        Assert.Equal([], named.Where(name => !Exists($"recipes/{name}.json")));
    }

    private static bool Exists(string path)
    {
        var full = Path.Combine(Repository.Root, path);
        return path.EndsWith('/') ? Directory.Exists(full) : Path.Exists(full);
    }

    // A folder of the repository with what follows, or a C# file in any folder, whose path may begin in src/TextVae.
    [GeneratedRegex(@"(?<![\w/.:-])((src|tests|docs|samples|benchmarks|recipes|build|\.ci)/[\w./-]*[\w/]|([\w.-]+/)+[\w.]+\.cs\b)")]
    private static partial Regex PathInRepository();

    [GeneratedRegex("(ptb|tweets)-[a-z-]+[a-z]")]
    private static partial Regex Recipe();
}
