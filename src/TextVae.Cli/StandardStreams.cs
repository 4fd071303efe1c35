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
    private const int ReadOnly = 0, WriteOnly = 1; // O_RDONLY, O_WRONLY
    private const int GetDescriptorFlags = 1; // F_GETFD, whose only flag is FD_CLOEXEC

    /// <summary>Makes notes and errors dispensable, and results such that a reader who has gone is seen.</summary>
    public static void Prepare()
    {
        if (OperatingSystem.IsLinux() && Enumerable.Range(0, Streams).Any(IsClosed))
        {
            StartAgain();
        }
        Console.SetError(TextWriter.Synchronized(new DispensableWriter(Console.Error)));
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
            var none = Open("/dev/null", stream == 0 ? WriteOnly : ReadOnly);
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

    /// <summary>Says what can be said.</summary>
    private sealed class DispensableWriter(TextWriter inner) : TextWriter
    {
        public override Encoding Encoding => inner.Encoding;

        public override void Write(char value) => Try(() => inner.Write(value));

        public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

        public override void Write(string? value) => Try(() => inner.Write(value));

        public override void WriteLine(string? value) => Try(() => inner.WriteLine(value));

        public override void Flush() => Try(inner.Flush);

        private static void Try(Action say)
        {
            try
            {
                say();
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // There is nobody to be told.
            }
        }
    }
}
