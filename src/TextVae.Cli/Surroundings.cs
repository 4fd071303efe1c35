using System.Runtime.InteropServices;

namespace TextVae.Cli;

/// <summary>What the system must give a program before anything else can be told from anything else.</summary>
internal static class Surroundings
{
    private const int LeastFiles = 128; // .NET and libtorch open some hundred at the beginning
    private const int Files = 7; // RLIMIT_NOFILE, as Linux numbers it

    /// <summary>Why the program cannot work here; null if it can.</summary>
    /// <remarks>With too few files .NET finds parts of itself no more, so it needs no part of .NET but the first to find that out.</remarks>
    public static string? Fault()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }
        if (GetLimit(Files, out var limit) == 0 && limit.Soft < LeastFiles)
        {
            return "the limit of open files (ulimit -n) is " + limit.Soft.ToString() + "; expected at least " + LeastFiles.ToString();
        }
        return GetFolder(0, 0) is var folder && folder == 0 ? "the working directory: found that it no longer exists; expected one that does" : Freed(folder);
    }

    /// <summary>Prints a line on stderr, by the system alone.</summary>
    public static void Say(string line)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes("textvae: " + line + "\n");
        _ = Write(2, bytes, bytes.Length);
    }

    private static string? Freed(nint memory)
    {
        Free(memory);
        return null;
    }

    [DllImport("libc", EntryPoint = "getrlimit")]
    private static extern int GetLimit(int resource, out Limit limit);

    [DllImport("libc", EntryPoint = "getcwd")]
    private static extern nint GetFolder(nint buffer, nint size);

    [DllImport("libc", EntryPoint = "free")]
    private static extern void Free(nint memory);

    [DllImport("libc", EntryPoint = "write")]
    private static extern nint Write(int descriptor, byte[] bytes, nint count);

    private struct Limit
    {
        public nuint Soft;
        public nuint Hard;
    }
}
