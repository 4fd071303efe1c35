using TextVae.Dependencies;

namespace TextVae.Tests;

/// <summary>The walls of the library: which folder may use which is the order of <c>docs/code-map.md</c>.</summary>
public class ArchitectureTests(ArchitectureTests.Library library) : IClassFixture<ArchitectureTests.Library>
{
    /// <summary>The library's source, read once.</summary>
    public sealed class Library
    {
        internal SourceCode Source { get; } = SourceCode.Read(Path.Combine(Repository.Root, "src", "TextVae"));
    }

    [Fact]
    public void A_folder_uses_only_folders_before_it_in_the_code_map()
    {
        var upward = library.Source.Uses.Where(use => Place(use.Used) > Place(use.File)).Distinct();
        Nothing(upward.Select(use => $"{use.File} -> {use.Used}"), "these use a folder that docs/code-map.md has after theirs; move what is used down, or what uses it up");
    }

    [Fact]
    public void Every_name_in_the_source_is_understood() =>
        Nothing(library.Source.Unknown, "names that could not be resolved, so that their uses are not seen");

    [Fact]
    public void The_code_map_has_the_folders_of_the_library_and_no_others() =>
        Assert.Equal(library.Source.Files.Select(file => SourceCode.Folder(file)).Distinct().Order(), CodeMap.Folders.Order());

    [Fact]
    public void A_low_folder_is_used_by_higher_ones()
    {
        // Were no use found, every order would do.
        var users = library.Source.Uses.Where(use => SourceCode.Folder(use.Used) == "Layers").Select(use => SourceCode.Folder(use.File));
        Assert.Contains("Models", users);
    }

    [Fact]
    public void The_command_line_sees_the_public_API_alone()
    {
        var friends = File.ReadLines(Path.Combine(Repository.Root, "src", "TextVae", "TextVae.csproj"))
            .Concat(library.Source.Files.SelectMany(file => File.ReadLines(Path.Combine(Repository.Root, "src", "TextVae", file))))
            .Where(line => line.Contains("InternalsVisibleTo", StringComparison.Ordinal))
            .Select(line => line.Trim());
        Assert.Equal(["""<InternalsVisibleTo Include="TextVae.Benchmarks" />""", """<InternalsVisibleTo Include="TextVae.Tests" />"""], friends);
    }

    private static int Place(string file) => CodeMap.Folders.ToList().IndexOf(SourceCode.Folder(file));

    private static void Nothing(IEnumerable<string> found, string meaning)
    {
        string[] lines = [.. found];
        Assert.True(lines.Length == 0, $"{meaning}:\n{string.Join('\n', lines)}");
    }
}
