using System.Diagnostics;

namespace TextVae.Stress;

/// <summary>The table of docs/reliability.md, in Markdown on stdout.</summary>
internal static class Table
{
    private const string Head = "| promise | how it is tested | figure | command |\n|---|---|---|---|";

    /// <summary>Tests one promise in this process.</summary>
    /// <returns>The exit code.</returns>
    public static int OfOne(IPromise promise, Dose dose)
    {
        Console.WriteLine(Head);
        try
        {
            Console.WriteLine(Row(promise, promise.Try(dose)));
            return 0;
        }
        catch (Exception error)
        {
            Console.Error.WriteLine(error);
            Console.WriteLine(Row(promise, Broken(error.Message)));
            return 1;
        }
    }

    /// <summary>Tests each promise in a process of its own, which has the memory to itself and may crash.</summary>
    /// <returns>The exit code.</returns>
    public static int OfAll(IEnumerable<IPromise> promises, Dose dose)
    {
        Console.WriteLine(Head);
        var exitCode = 0;
        foreach (var promise in promises)
        {
            using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["--only", promise.Name, "--dose", $"{dose}"]) { RedirectStandardOutput = true })!;
            var last = process.StandardOutput.ReadToEnd().TrimEnd().Split('\n')[^1];
            process.WaitForExit();
            Console.WriteLine(process.ExitCode is 0 or 1 ? last : Row(promise, Broken($"the process ended with exit code {process.ExitCode}")));
            exitCode = int.Max(exitCode, process.ExitCode == 0 ? 0 : 1);
        }
        return exitCode;
    }

    private static string Broken(string how) => $"**broken**: {how.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal)}";

    private static string Row(IPromise promise, string figure) =>
        $"| {promise.Promise} | {promise.Test} | {figure} | `dotnet run -c Release --project tests/Stress -- --only {promise.Name} --dose full` |";
}
