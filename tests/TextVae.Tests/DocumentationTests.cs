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

    [Fact]
    public void Every_environment_variable_that_the_code_reads_is_in_the_table_of_them()
    {
        var sources = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .ToDictionary(file => file, File.ReadAllText);
        var read = sources.SelectMany(source => ReadVariable().Matches(source.Value).Select(match => match.Groups["literal"].Success
            ? match.Groups["literal"].Value
            : ConstantOf(match.Groups["type"].Success ? sources.Single(file => Path.GetFileNameWithoutExtension(file.Key) == match.Groups["type"].Value).Value : source.Value, match.Groups["name"].Value)))
            .Distinct().ToList();
        var table = File.ReadAllText(Path.Combine(Repository.Root, "docs", "formats.md")).Split("## Environment variables")[1].Split("\n## ")[0];
        Assert.Contains("TEXTVAE_CACHE_LIMIT", read);
        Assert.True(read.Count >= 7, string.Join(", ", read));
        Assert.Equal([], read.Where(name => !table.Contains($"`{name}`", StringComparison.Ordinal)));
    }

    private static string ConstantOf(string source, string name) => Regex.Match(source, $"const string {name} = \"(?<value>[^\"]+)\"").Groups["value"].Value;

    private static bool Exists(string path)
    {
        var full = Path.Combine(Repository.Root, path);
        return path.EndsWith('/') ? Directory.Exists(full) : Path.Exists(full);
    }

    // A folder of the repository with what follows, or a C# file in any folder, whose path may begin in src/TextVae.
    [GeneratedRegex(@"(?<![\w/.:-])((src|tests|docs|samples|benchmarks|recipes|build|\.ci)/[\w./-]*[\w/]|([\w.-]+/)+[\w.]+\.cs\b)")]
    private static partial Regex PathInRepository();

    // A name is a literal, or a constant of the same or another file; what is called 'name' is a parameter, whose callers match.
    [GeneratedRegex(@"\b(GetEnvironment)?Variable\((""(?<literal>\w+)""|(?!name\))((?<type>\w+)\.)?(?<name>\w+))\)")]
    private static partial Regex ReadVariable();

    [GeneratedRegex("(ptb|tweets)-[a-z-]+[a-z]")]
    private static partial Regex Recipe();
}
