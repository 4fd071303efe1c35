using System.Security.Cryptography;
using TextVae.Platform;
using TorchSharp;

namespace TextVae.Tests.Platform;

public class NativeTorchTests
{
    internal static readonly string Library = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libLibTorchSharp.so");

    /// <summary>In a child process: the first use of torch, from several threads.</summary>
    internal static void LoadTorch(string expected)
    {
        Parallel.For(0, 4, _ => Assert.Equal(6f, torch.ones(2, 3).sum().item<float>()));
        Console.Write(NativeTorch.CompatibilityStepTaken);
    }

    [Fact]
    public void The_compatibility_step_is_taken_only_on_an_older_system()
    {
        NativeTorch.EnsureLoaded();
        Assert.Equal(!NativeTorch.SystemIsNewEnough, NativeTorch.CompatibilityStepTaken);
    }

    [Fact]
    public void Several_processes_at_once_load_torch_and_leave_the_library_as_it_was()
    {
        var before = OperatingSystem.IsLinux() ? SHA256.HashData(File.ReadAllBytes(Library)) : [];
        var children = Enumerable.Range(0, 4).Select(_ => ChildProcess.Start("load torch", "")).ToArray();
        foreach (var child in children)
        {
            Assert.Equal(new ChildProcess(0, $"{!NativeTorch.SystemIsNewEnough}"), ChildProcess.Finish(child));
        }
        // The file in the output folder is a hard link to the one in the NuGet cache, so this is that file's hash too.
        Assert.Equal(before, OperatingSystem.IsLinux() ? SHA256.HashData(File.ReadAllBytes(Library)) : []);
    }
}
