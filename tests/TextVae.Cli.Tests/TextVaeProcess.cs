using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TextVae.Cli.Tests;

/// <summary>What a program that has ended left.</summary>
internal sealed record Ended(int ExitCode, string Output, string Error)
{
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Output, if all went well; fails with what stderr says otherwise.</summary>
    public string[] Succeeded()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}: {Error}");
        return Lines;
    }
}

/// <summary>The built <c>textvae</c>, in a process of its own as a user runs it.</summary>
internal sealed partial class TextVaeProcess : IDisposable
{
    public const int Interrupt = 2; // SIGINT
    public const int Terminate = 15; // SIGTERM
    public const int HangUp = 1; // SIGHUP
    public const int KillAtOnce = 9; // SIGKILL

    private const int Stop = 19; // SIGSTOP and SIGCONT, as Linux numbers them
    private const int Continue = 18;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5); // a program that hangs fails its test

    private static readonly string[] Alone = ["--pid", "--fork", "--mount-proc", "--kill-child"];

    private static readonly string Program =
        Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "TextVae.Cli.exe" : "TextVae.Cli");

    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    private TextVaeProcess(ProcessStartInfo start, TemporaryFolder folder)
    {
        ResetSignals(start);
        start.WorkingDirectory = folder.Path;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.Environment["TEXTVAE_CACHE"] = folder["cache"];
        start.Environment.Remove("TEXTVAE_TRACE");
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0"; // Otherwise .NET itself needs a large file, which ulimit -f forbids.
        _process = Process.Start(start)!;
        _output = _process.StandardOutput.ReadToEndAsync();
        _error = _process.StandardError.ReadToEndAsync();
        _process.StandardInput.Close();
    }

    public int Id => _process.Id;

    public bool HasEnded => _process.HasExited;

    /// <summary>Runs <c>textvae ARGUMENTS</c> in a folder to its end.</summary>
    public static Ended Run(TemporaryFolder folder, params string[] arguments)
    {
        using var process = Start(folder, arguments);
        return process.Wait();
    }

    /// <summary>Runs another program in a folder to its end.</summary>
    public static Ended Run(TemporaryFolder folder, ProcessStartInfo program)
    {
        using var process = new TextVaeProcess(program, folder);
        return process.Wait();
    }

    /// <summary>Runs a line of bash, in which <c>textvae</c> is the program.</summary>
    public static Ended Shell(TemporaryFolder folder, string line)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs bash");
        using var process = new TextVaeProcess(new ProcessStartInfo("bash", ["-c", $"textvae() {{ \"$0\" \"$@\"; }}; {line}", Program]), folder);
        return process.Wait();
    }

    /// <summary>Starts what a line of bash ends with, in which <c>"$0"</c> is the program: <c>exec "$0" info run</c>.</summary>
    public static TextVaeProcess StartShell(TemporaryFolder folder, string line) => new(new ProcessStartInfo("bash", ["-c", line, Program]), folder);

    /// <summary>Starts <c>textvae</c> as the first process of a container: only what it listens to ends it.</summary>
    public static TextVaeProcess StartFirst(TemporaryFolder folder, params string[] arguments)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Run(folder, new ProcessStartInfo("unshare", [.. Alone, "true"])).ExitCode == 0, "needs unshare, and the right to use it");
        return new TextVaeProcess(new ProcessStartInfo("unshare", [.. Alone, Program, .. arguments]), folder);
    }

    public static TextVaeProcess Start(TemporaryFolder folder, params string[] arguments) => new(new ProcessStartInfo(Program, arguments), folder);

    /// <summary>Starts <c>textvae ARGUMENTS</c> with one more <c>NAME=VALUE</c> in its environment.</summary>
    public static TextVaeProcess StartWith(string setting, TemporaryFolder folder, params string[] arguments) =>
        new(new ProcessStartInfo("env", [setting, Program, .. arguments]), folder);

    /// <summary>Starts <c>textvae</c> so that <see cref="LimitFiles"/> makes a write fail, as a full disk does, instead of ending it.</summary>
    public static TextVaeProcess StartLimitable(TemporaryFolder folder, params string[] arguments) =>
        new(new ProcessStartInfo("bash", ["-c", "trap '' XFSZ; exec \"$0\" \"$@\"", Program, .. arguments]), folder);

    /// <summary>From here on no file that the program writes can become longer than this.</summary>
    public void LimitFiles(int bytes)
    {
        Signal(Stop); // it must not be done before the limit is there
        using var prlimit = Process.Start("prlimit", [$"--pid={_process.Id}", $"--fsize={bytes}:{bytes}"]);
        Assert.True(prlimit.WaitForExit(Patience), "prlimit does not end");
        Assert.Equal(0, prlimit.ExitCode);
        Signal(Continue);
    }

    /// <summary>SIGKILL: nothing of the program runs any more.</summary>
    public Ended Kill()
    {
        Assert.False(HasEnded, $"the program ended before it was killed: {(HasEnded ? Wait().Error : "")}");
        _process.Kill();
        return Wait();
    }

    /// <summary>Signals a process that the program has started.</summary>
    public static void Signal(int process, int number) => _ = SendSignal(process, number);

    public void Signal(int number) => SignalOwn(_process.Id, number);

    /// <summary>To what <see cref="StartFirst"/> has started.</summary>
    public void SignalFirst(int number) =>
        SignalOwn(int.Parse(File.ReadAllText($"/proc/{_process.Id}/task/{_process.Id}/children"), System.Globalization.CultureInfo.InvariantCulture), number);

    private void SignalOwn(int process, int number)
    {
        if (!HasEnded)
        {
            Signal(process, number);
        }
    }

    /// <summary>Whether the program has a file open now, or one in a folder. On Linux.</summary>
    public bool HasOpened(string path)
    {
        try
        {
            return Directory.GetFiles($"/proc/{_process.Id}/fd").Any(descriptor => new FileInfo(descriptor).LinkTarget?.StartsWith(path, StringComparison.Ordinal) == true);
        }
        catch (IOException)
        {
            return false; // it has ended
        }
    }

    /// <summary>Waits for a moment of the program, or its end.</summary>
    public void Await(Func<bool> moment) =>
        Assert.True(SpinWait.SpinUntil(() => moment() || HasEnded, Patience), "the moment does not come");

    public Ended Wait()
    {
        Assert.True(_process.WaitForExit(Patience), "the program does not end");
        return new Ended(_process.ExitCode, _output.Result, _error.Result);
    }

    public void Dispose()
    {
        if (!HasEnded)
        {
            _process.Kill();
        }
        _process.Dispose();
    }

    /// <summary>What is started in the background ignores Ctrl-C, and its children with it; these do not.</summary>
    private static void ResetSignals(ProcessStartInfo start)
    {
        if (OperatingSystem.IsLinux())
        {
            start.ArgumentList.Insert(0, start.FileName);
            start.ArgumentList.Insert(0, "--default-signal=HUP,INT,QUIT,TERM");
            start.FileName = "env";
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);
}
