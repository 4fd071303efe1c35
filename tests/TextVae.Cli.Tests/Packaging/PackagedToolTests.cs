using System.Diagnostics;
using System.Text.Json;

namespace TextVae.Cli.Tests.Packaging;

public class PackagedToolTests
{
    [Fact]
    public void The_tool_installs_from_a_folder_knows_the_machine_and_trains()
    {
        using var feed = new PackageFeed("TextVae.Cli");
        feed.Packed.Succeeded();
        var folder = feed.Folder;
        TinyCorpus.WriteLines(folder);
        TinyCorpus.WriteRecipe(folder);
        Ended Tool(params string[] arguments) => TextVaeProcess.Run(folder, new ProcessStartInfo(folder["tool", "textvae"], arguments));

        feed.Dotnet("tool", "install", "TextVae.Tool", "--tool-path", folder["tool"], "--version", PackageFeed.Version, "--configfile", folder["nuget.config"]).Succeeded();

        string[] libraries = [.. Directory.EnumerateFiles(folder["tool"], "*", SearchOption.AllDirectories).Where(file => file.Contains("runtimes", StringComparison.Ordinal)).Select(file => Path.GetFileNameWithoutExtension(file))];
        Assert.Contains(libraries, name => name.EndsWith("torch_cpu", StringComparison.Ordinal));
        Assert.DoesNotContain(libraries, name => name.EndsWith("torch_python", StringComparison.Ordinal) || name.EndsWith("_test", StringComparison.Ordinal) || name.EndsWith("HarfBuzzSharp", StringComparison.Ordinal));
        Assert.Single(libraries, name => name.EndsWith("SkiaSharp", StringComparison.Ordinal)); // draws the charts of a report
        Assert.Single(libraries, name => name.EndsWith("LibTorchSharp", StringComparison.Ordinal)); // of one system
        var machine = JsonElement.Parse(Assert.Single(Tool("doctor", "--json").Succeeded())).GetProperty("machine");
        Assert.Equal(JsonValueKind.String, machine.GetProperty("lib_torch").ValueKind);
        Assert.Equal(10, Tool("train", "tiny.json", "--data", "animals.txt", "--out", "run", "--steps", "50").Succeeded().Length);
        var run = new RunFiles(folder["run"]);
        Assert.Equal("000000050", run.Checkpoints[^1]);
        Assert.All(["model.safetensors", "training.json", "README.md"], name => Assert.True(File.Exists(run[name]), name));
    }
}
