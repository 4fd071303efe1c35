namespace TextVae.Cli.Tests;

/// <summary>Input that cannot be used: an exit code, and one line that says all.</summary>
internal static class Refusal
{
    /// <param name="exitCode">The kind of input.</param>
    /// <param name="ended">What the program left.</param>
    /// <param name="named">What the line must name: the file, the place, what was found, what was expected.</param>
    public static void Of(int exitCode, Ended ended, params string[] named)
    {
        Assert.Equal((exitCode, ""), (ended.ExitCode, ended.Output));
        Line(ended, named);
        Assert.Single(ended.ErrorLines);
    }

    /// <summary>As <see cref="Of"/>, where progress was printed before.</summary>
    public static void AfterProgress(int exitCode, Ended ended, params string[] named)
    {
        Assert.Equal((exitCode, ""), (ended.ExitCode, ended.Output));
        Line(ended, named);
        Assert.Single(ended.ErrorLines, line => line.StartsWith("textvae: ", StringComparison.Ordinal));
    }

    private static void Line(Ended ended, string[] named)
    {
        Assert.StartsWith("textvae: ", ended.ErrorLines[^1], StringComparison.Ordinal);
        Assert.All(named, name => Assert.Contains(name, ended.ErrorLines[^1], StringComparison.Ordinal));
    }
}
