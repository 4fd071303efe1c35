using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Text.RegularExpressions;

namespace TextVae.Cli.Tests.Packaging;

/// <summary>What is in the library's package, without installing it.</summary>
public sealed partial class PackageContentTests : IClassFixture<PackageContentTests.PackedLibrary>
{
    // Portable PDB format: the kind of custom debug information in which a source link is.
    private static readonly Guid SourceLink = new("CC110556-A091-4D38-9FEC-25AB9A351A6A");

    private readonly PackageFeed _feed;

    public PackageContentTests(PackedLibrary library)
    {
        _feed = library.Feed;
        _feed.Packed.Succeeded();
    }

    [Fact]
    public void The_package_page_has_an_icon_and_a_README_without_links_into_the_repository()
    {
        Assert.Equal([0x89, .. "PNG"u8], Bytes("icon.png")[..4]);
        Assert.Contains("<icon>icon.png</icon>", Text("TextVae.nuspec"), StringComparison.Ordinal);
        var readme = Text("README.md");
        Assert.DoesNotMatch(RelativeLink(), readme);
        var documents = DocumentInPackage().Matches(readme).Select(match => match.Groups[1].Value).ToArray();
        Assert.NotEmpty(documents);
        Assert.All(documents, name => Assert.NotEmpty(Bytes($"docs/{name}")));
    }

    [Theory]
    [InlineData("[a](docs/a.md)", true)]
    [InlineData("![a](docs/a.svg)", true)]
    [InlineData("[a](https://example.org/a.md)", false)]
    [InlineData("[a](#section)", false)]
    public void A_link_into_the_repository_is_one_without_a_host(string markdown, bool relative) =>
        Assert.Equal(relative, RelativeLink().IsMatch(markdown));

    [Theory]
    [InlineData("README.md", "src/TextVae/PACKAGE.md")]
    public void The_package_shows_the_same_program_as_the_repository(string ofRepository, string ofPackage) =>
        Assert.Equal(Program(ofRepository), Program(ofPackage));

    [Fact]
    public void The_command_line_has_a_README_without_links_into_the_repository() =>
        Assert.DoesNotMatch(RelativeLink(), File.ReadAllText(Path.Combine(PackageFeed.Repository, "src/TextVae.Cli/PACKAGE.md")));

    [Fact]
    public void Only_the_packages_that_the_project_names_are_dependencies()
    {
        var named = PackageReference().Matches(File.ReadAllText(Path.Combine(PackageFeed.Repository, "src/TextVae/TextVae.csproj")));
        var dependencies = Dependency().Matches(Text("TextVae.nuspec"));
        Assert.Equal(named.Select(match => match.Groups[1].Value).Order(), dependencies.Select(match => match.Groups[1].Value).Order());
        Assert.DoesNotContain(dependencies, match => match.Groups[1].Value is "SkiaSharp" or "Google.Protobuf");
    }

    [Fact]
    public void The_compilation_is_deterministic()
    {
        using var assembly = new PEReader(new MemoryStream(Bytes("lib/net10.0/TextVae.dll")));
        Assert.Contains(assembly.ReadDebugDirectory(), entry => entry.Type == DebugDirectoryEntryType.Reproducible);
        Assert.DoesNotContain(PackageFeed.Repository, Encoding.UTF8.GetString(Bytes("lib/net10.0/TextVae.dll")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_symbols_name_no_folder_of_the_building_machine()
    {
        Assert.SkipUnless(PackageFeed.Configuration == "Release", "symbols of a debug build lead its debugger to the sources");
        using var provider = MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(Bytes("lib/net10.0/TextVae.pdb", ".snupkg")));
        var symbols = provider.GetMetadataReader();
        var documents = symbols.Documents.Select(handle => symbols.GetString(symbols.GetDocument(handle).Name)).ToArray();
        Assert.Contains(documents, name => name == "/_/src/TextVae/TextVaeSession.cs");
        Assert.All(documents, name => Assert.StartsWith("/_", name, StringComparison.Ordinal));
        Assert.All(
            symbols.CustomDebugInformation.Select(symbols.GetCustomDebugInformation).Where(information => symbols.GetGuid(information.Kind) == SourceLink),
            link => Assert.DoesNotContain(PackageFeed.Repository, Encoding.UTF8.GetString(symbols.GetBlobBytes(link.Value)), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("PublishTrimmed")]
    [InlineData("PublishAot")]
    [InlineData("None")]
    public void A_program_that_is_to_be_trimmed_is_warned_when_it_is_built(string property)
    {
        var program = Path.Combine(_feed.Folder.Path, property);
        Directory.CreateDirectory(program);
        using (var package = ZipFile.OpenRead(_feed.Folder["packages", $"TextVae.{PackageFeed.Version}.nupkg"]))
        {
            package.GetEntry("buildTransitive/TextVae.targets")!.ExtractToFile(Path.Combine(program, "TextVae.targets"));
        }
        // Restoring such a program needs the trimmer, which is not here: import what NuGet would.
        File.WriteAllText(Path.Combine(program, "program.proj"), """
            <Project>
              <Import Project="TextVae.targets" />
              <Target Name="BeforeBuild" />
              <Target Name="Build" DependsOnTargets="BeforeBuild" />
            </Project>
            """);

        var lines = _feed.Dotnet("msbuild", Path.Combine(program, "program.proj"), $"-p:{property}=true").Succeeded();

        Assert.Equal(property != "None", lines.Any(line => line.Contains("warning TEXTVAE001: TextVae does not support trimming", StringComparison.Ordinal)));
    }

    private static string Program(string file)
    {
        var program = PackagedLibraryTests.CSharp().Match(File.ReadAllText(Path.Combine(PackageFeed.Repository, file)));
        Assert.True(program.Success, file);
        return program.Groups[1].Value;
    }

    private string Text(string name) => Encoding.UTF8.GetString(Bytes(name));

    private byte[] Bytes(string name, string extension = ".nupkg")
    {
        using var package = ZipFile.OpenRead(_feed.Folder["packages", $"TextVae.{PackageFeed.Version}{extension}"]);
        using var entry = package.GetEntry(name)!.Open();
        using var bytes = new MemoryStream();
        entry.CopyTo(bytes);
        return bytes.ToArray();
    }

    [GeneratedRegex(@"\]\((?!https://|#)|<img|<a ")]
    private static partial Regex RelativeLink();

    [GeneratedRegex(@"`([a-z-]+\.(?:md|svg))`")]
    private static partial Regex DocumentInPackage();

    [GeneratedRegex("<PackageReference Include=\"([^\"]+)\"")]
    private static partial Regex PackageReference();

    [GeneratedRegex("<dependency id=\"([^\"]+)\"")]
    private static partial Regex Dependency();

    /// <summary>One package for all of these tests, which only read it.</summary>
    public sealed class PackedLibrary : IDisposable
    {
        internal PackageFeed Feed { get; } = new("TextVae");

        public void Dispose() => Feed.Dispose();
    }
}
