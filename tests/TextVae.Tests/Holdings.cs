using System.Diagnostics;
using static TorchSharp.torch;

namespace TextVae.Tests;

/// <summary>What this process holds of what it must give back.</summary>
internal sealed record Holdings(long Tensors, int Threads, int Handles)
{
    private const int Slack = 10; // .NET opens files and starts threads of its own now and then

    public static Holdings Now()
    {
        using var process = Process.GetCurrentProcess();
        return new Holdings(Tensor.TotalCount, process.Threads.Count, OperatingSystem.IsLinux() ? Directory.GetFileSystemEntries("/proc/self/fd").Length : 0);
    }

    public void AssertNoMoreThan(Holdings before)
    {
        Assert.InRange(Tensors, 0, before.Tensors); // fewer where the garbage collector has been
        Assert.InRange(Threads, 0, before.Threads + Slack);
        Assert.InRange(Handles, 0, before.Handles + Slack);
    }
}
