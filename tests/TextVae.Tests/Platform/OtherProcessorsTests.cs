using System.Text.RegularExpressions;

namespace TextVae.Tests.Platform;

public partial class OtherProcessorsTests
{
    /// <summary>What is read when a process starts: the tests of the kernels, in one where it is set.</summary>
    [Theory]
    [InlineData("AVX512_CORE", "ONEDNN_MAX_CPU_ISA")]
    [InlineData("AVX2", "ONEDNN_MAX_CPU_ISA")]
    [InlineData("0", "DOTNET_EnableAVX512", "DOTNET_EnableAVX512F")] // before .NET 10 it had the second name
    public void Kernels_are_their_plain_twins_on_processors_that_can_do_less(string value, params string[] variables)
    {
        string[] arguments = ["-noLogo", "-noColor", "-class", "*.Kernels.*", "-class", "*.PrecisionTests", "-class", "*.StackTests"];
        var child = ChildProcess.RunTests(arguments, variables.Select(variable => (variable, value)));
        Assert.True(child.ExitCode == 0, child.Output);
        var summary = Summary().Match(child.Output);
        Assert.True(summary.Success && int.Parse(summary.Groups["total"].ValueSpan) > 80, child.Output);
    }

    [GeneratedRegex("Total: (?<total>[0-9]+), Errors: 0, Failed: 0")]
    private static partial Regex Summary();
}
