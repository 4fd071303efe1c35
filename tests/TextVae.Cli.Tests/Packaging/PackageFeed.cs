using System.Diagnostics;
using System.Reflection;

namespace TextVae.Cli.Tests.Packaging;

/// <summary>
/// A folder with a package of this build and a NuGet configuration that knows no other source: what a restore needs
/// besides comes from the packages that this build was restored from, and nothing outside the folder is written.
/// </summary>
internal sealed class PackageFeed : IDisposable
{
    public const string Version = "0.0.0-test"; // nobody publishes this one

    private static readonly Assembly Tests = typeof(PackageFeed).Assembly;

    /// <summary>Packs a project of <c>src</c> as it has been built.</summary>
    public PackageFeed(string project)
    {
        Folder.Write("nuget.config", $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{Folder["restored"]}" /></config>
              <packageSources><clear /><add key="packages" value="{Folder["packages"]}" /></packageSources>
              <fallbackPackageFolders><clear /><add key="build" value="{Metadata("PackagesFolder")}" /></fallbackPackageFolders>
            </configuration>
            """);
        Packed = Dotnet(
            "pack", Path.Combine(Repository, "src", project), "--no-build", "--output", Folder["packages"],
            "--configuration", Configuration, $"-p:PackageVersion={Version}",
            $"-p:NuspecOutputPath={Folder["nuspec"]}/", $"-p:PublishDir={Folder["publish"]}/");
    }

    public TemporaryFolder Folder { get; } = new();

    /// <summary>How the packing went.</summary>
    public Ended Packed { get; }

    /// <summary>The repository's root, with no separator at its end.</summary>
    public static string Repository { get; } = Root(AppContext.BaseDirectory);

    public static string Configuration { get; } = typeof(PackageFeed).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    /// <summary>What the project file of these tests says.</summary>
    public static string Metadata(string key) => Tests.GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == key).Value!;

    /// <summary>Runs <c>dotnet ARGUMENTS</c> in the folder, as outside of any build, and leaves no server behind.</summary>
    public Ended Dotnet(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments);
        foreach (var inherited in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(inherited);
        }
        start.Environment["NUGET_PACKAGES"] = Folder["restored"]; // a user's own would be stronger than the configuration
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        var ended = TextVaeProcess.Run(Folder, start);
        return ended with { Error = ended.Error + ended.Output }; // MSBuild writes its errors to stdout
    }

    public void Dispose() => Folder.Dispose();

    private static string Root(string folder) => File.Exists(Path.Combine(folder, "TextVae.slnx")) ? folder : Root(Path.GetDirectoryName(folder)!);
}
