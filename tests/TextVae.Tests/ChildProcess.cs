using System.Diagnostics;
using TextVae.Tests.Generation.Constraints;
using TextVae.Tests.Platform;
using TextVae.Tests.Storage;

namespace TextVae.Tests;

/// <summary>Runs a named task of this test program in a process of its own.</summary>
internal sealed record ChildProcess(int ExitCode, string Output)
{
    private const string Variable = "TEXTVAE_TEST_TASK";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10); // a child that hangs fails its test

    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "TextVae.Tests.exe" : "TextVae.Tests");

    private static readonly Dictionary<string, Action<string>> Tasks = new()
    {
        ["load torch"] = NativeTorchTests.LoadTorch,
        ["save until killed"] = CheckpointStoreTests.SaveUntilKilled,
        ["load and dispose"] = TextVaeSessionMemoryTests.LoadAndDispose,
        ["make plans at once"] = ColdConstraintsTests.MakePlansAtOnce,
        ["save to a full disk"] = DiskFullTests.SaveLargeCheckpoint,
        ["join the ranks"] = MpiRanksTests.Join,
        ["compute with all ranks"] = MpiRanksTests.ComputeTogether,
        ["abort all ranks"] = MpiRanksTests.Abort,
    };

    /// <summary>In a child: runs the task and ends the process.</summary>
    public static void RunTaskIfChild()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } task)
        {
            return;
        }
        var parts = task.Split('|', 2);
        try
        {
            Tasks[parts[0]](parts[1]);
        }
        catch (InvalidInputException e)
        {
            Console.WriteLine(e.Message);
            Environment.Exit((int)e.Kind);
        }
        Environment.Exit(0);
    }

    /// <summary>Starts a task, under <c>bash -c "SETUP; exec ..."</c> if a setup is given.</summary>
    public static Process Start(string task, string argument, string? setup = null)
    {
        var start = setup is null
            ? new ProcessStartInfo(Program)
            : new ProcessStartInfo("bash", ["-c", $"{setup}; exec \"$0\"", Program]);
        start.RedirectStandardOutput = true;
        start.Environment[Variable] = $"{task}|{argument}";
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0"; // Otherwise .NET itself needs a large file, which ulimit -f forbids.
        return Process.Start(start)!;
    }

    /// <summary>Runs some of these tests in a child with some variables in its environment, and waits for the end.</summary>
    public static ChildProcess RunTests(string[] arguments, params IEnumerable<(string Name, string Value)> variables)
    {
        var start = new ProcessStartInfo(Program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }
        var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var finished = Finish(process);
        return finished with { Output = finished.Output + errors.Result };
    }

    /// <summary>Waits for the end.</summary>
    public static ChildProcess Finish(Process process)
    {
        using (process)
        {
            using var limit = new Timer(_ => process.Kill(entireProcessTree: true), null, Patience, Timeout.InfiniteTimeSpan);
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return new ChildProcess(process.ExitCode, output);
        }
    }
}
