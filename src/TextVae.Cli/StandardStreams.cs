using System.Runtime.InteropServices;
using System.Text;

namespace TextVae.Cli;

/// <summary>
/// Standard streams as a program may find them: closed, on a full disk, of a terminal that has gone. What cannot be said is
/// not said, and never ends the work; results that cannot be written are an error.
/// </summary>
internal static class StandardStreams
{
    private const int Streams = 3;
    private const int PathOnly = 0x200000; // O_PATH, as Linux has it: nothing can be read or written
    private const int GetDescriptorFlags = 1; // F_GETFD, whose only flag is FD_CLOEXEC

    private static readonly CancellationTokenSource Stopping = new();

    /// <summary>Makes notes and errors dispensable, and results such that a reader who has gone is seen.</summary>
    public static void Prepare()
    {
        if (OperatingSystem.IsLinux() && Enumerable.Range(0, Streams).Any(IsClosed))
        {
            StartAgain();
        }
        Console.SetError(TextWriter.Synchronized(new DispensableWriter(Console.Error, Stopping.Token)));
        try
        {
            Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
            BrokenPipe.MakeVisible();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Whoever prints will see it.
        }
    }

    /// <summary>From here on nobody is waited for who does not read what is said, as a pager does not; only for a moment.</summary>
    public static void StopWaiting() => Stopping.Cancel();

    /// <summary>What was open when the program began has no FD_CLOEXEC; a file that .NET has opened since has.</summary>
    private static bool IsClosed(int stream) => Control(stream, GetDescriptorFlags) != 0;

    /// <summary>
    /// .NET takes the numbers of closed streams for files of its own, which printing would destroy and reading waits for. So the
    /// program begins again with streams on which every use fails.
    /// </summary>
    private static void StartAgain()
    {
        foreach (var stream in Enumerable.Range(0, Streams).Where(IsClosed))
        {
            var none = Open("/", PathOnly);
            if (none < 0)
            {
                return;
            }
            if (none != stream)
            {
                _ = Duplicate(none, stream);
                _ = Close(none);
            }
        }
        string?[] arguments = [.. File.ReadAllText("/proc/self/cmdline").Split('\0')[..^1], null];
        _ = Execute("/proc/self/exe", arguments);
    }

    [DllImport("libc", EntryPoint = "fcntl")]
    private static extern int Control(int descriptor, int command);

    [DllImport("libc", EntryPoint = "open")]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "dup2")]
    private static extern int Duplicate(int descriptor, int target);

    [DllImport("libc", EntryPoint = "close")]
    private static extern int Close(int descriptor);

    [DllImport("libc", EntryPoint = "execv")]
    private static extern int Execute(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string path,
        [MarshalAs(UnmanagedType.LPArray, ArraySubType = UnmanagedType.LPStr)] string?[] arguments);
}
