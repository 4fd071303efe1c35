using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace TextVae.Cli.Tests.Packaging;

public sealed partial class PackagedLibraryTests : IDisposable
{
    private readonly PackageFeed _feed = new("TextVae");

    private TemporaryFolder Folder => _feed.Folder;

    public void Dispose() => _feed.Dispose();

    [Fact]
    public void The_program_in_the_README_runs_in_a_project_that_installs_the_package()
    {
        _feed.Packed.Succeeded();
        Folder.Write("program.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <InvariantGlobalization>true</InvariantGlobalization>
                <CreateHardLinksForCopyLocalIfPossible>true</CreateHardLinksForCopyLocalIfPossible>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="TextVae" Version="{PackageFeed.Version}" />
                <PackageReference Include="{LibTorch}" Version="{PackageFeed.Metadata("LibTorchVersion")}" />
              </ItemGroup>
            </Project>
            """);
        TinyCorpus.WriteRecipe(Folder);
        Folder.Write("my-texts.txt", string.Join('\n', TinyCorpus.Sentences.Select(sentence => $"Any text of yours. {sentence}")));
        const string recipe = "RecipeFile.Load(\"small\")";
        var program = CSharp().Match(Text("README.md")).Groups[1].Value;
        Assert.Contains(recipe, program, StringComparison.Ordinal);
        Folder.Write("Program.cs", program.Replace(recipe, "RecipeFile.Load(\"tiny.json\", [\"data.length=40\"])", StringComparison.Ordinal));

        var lines = _feed.Dotnet("run", "--configuration", "Release").Succeeded();

        var sampled = TextVaeProcess.Run(Folder, "sample", "runs/mine", "-n", "5").Succeeded();
        var pair = JsonElement.Parse(Assert.Single(TextVaeProcess.Run(Folder, "reconstruct", "runs/mine", "Any text of yours.", "--json").Succeeded()));
        Assert.Equal([.. sampled, pair.GetProperty("reconstructed").GetString(), "4 numbers"], lines);
        Assert.Equal(["textvae"], Directory.GetDirectories(Folder["restored"]).Select(Path.GetFileName)); // of the packages, only ours was new
    }

    [Fact]
    public void The_package_holds_what_its_users_look_for_and_no_native_library()
    {
        _feed.Packed.Succeeded();
        string[] Entries(string extension)
        {
            using var package = ZipFile.OpenRead(Folder["packages", $"TextVae.{PackageFeed.Version}{extension}"]);
            return [.. package.Entries.Select(entry => entry.FullName)];
        }
        var entries = Entries(".nupkg");
        Assert.Superset(new HashSet<string> { "README.md", "lib/net10.0/TextVae.dll", "lib/net10.0/TextVae.xml" }, entries.ToHashSet());
        Assert.Contains("lib/net10.0/TextVae.pdb", Entries(".snupkg"));
        var description = Text("TextVae.nuspec");
        Assert.Contains("<license type=\"expression\">MIT</license>", description, StringComparison.Ordinal);
        Assert.Contains("<repository type=\"git\"", description, StringComparison.Ordinal);
        Assert.Contains("<dependency id=\"TorchSharp\"", description, StringComparison.Ordinal);
        Assert.DoesNotContain("libtorch-", description, StringComparison.Ordinal);
    }

    private static string LibTorch =>
        OperatingSystem.IsLinux() ? "libtorch-cpu-linux-x64" : OperatingSystem.IsMacOS() ? "libtorch-cpu-osx-arm64" : "libtorch-cpu-win-x64";

    /// <summary>A text file of the package.</summary>
    private string Text(string name)
    {
        using var package = ZipFile.OpenRead(Folder["packages", $"TextVae.{PackageFeed.Version}.nupkg"]);
        using var reader = new StreamReader(package.GetEntry(name)!.Open());
        return reader.ReadToEnd();
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    internal static partial Regex CSharp();
}
