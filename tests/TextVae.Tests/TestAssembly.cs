using System.Runtime.CompilerServices;
using TextVae.Platform;

[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)] // torch wants the cores to itself
[assembly: TextVae.Tests.TimeLimit(minutes: 30)]

namespace TextVae.Tests;

internal static class TestAssembly
{
    /// <summary>Tests may use TorchSharp before they use TextVae; a child process runs its task instead of the tests.</summary>
    [ModuleInitializer]
    internal static void Prepare()
    {
        NativeTorch.Prepare();
        ChildProcess.RunTaskIfChild();
    }
}
