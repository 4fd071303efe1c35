using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TextVae.Storage;

/// <summary>What .NET leaves out about disks: folders that are flushed or exchanged, and errors in plain words.</summary>
internal static class Disk
{
    private const int CurrentFolder = -100; // AT_FDCWD
    private const uint Exchange = 2; // RENAME_EXCHANGE
    private const int NonBlocking = 0x800; // O_NONBLOCK, as Linux has it: a pipe in a file's place must not be waited for

    /// <summary>Flushes every file below a folder, and the folders' own lists of names, to the disk.</summary>
    public static void FlushTree(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite);
            RandomAccess.FlushToDisk(handle);
        }
        foreach (var inner in Directory.EnumerateDirectories(folder, "*", SearchOption.AllDirectories))
        {
            FlushFolder(inner);
        }
        FlushFolder(folder);
    }

    /// <summary>Flushes a folder's list of names, so that a rename survives a loss of power, where the system can do that.</summary>
    public static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        var descriptor = Open(folder, 0);
        if (descriptor >= 0)
        {
            _ = Fsync(descriptor); // Some file systems have no such thing; the names are right all the same.
            _ = Close(descriptor);
        }
    }

    /// <summary>Opens a file for reading that somebody has locked: on Unix .NET's own way would ask for a lock, too.</summary>
    public static FileStream OpenLocked(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        var handle = new SafeFileHandle(Open(path, OperatingSystem.IsLinux() ? NonBlocking : 0), ownsHandle: true);
        return handle.IsInvalid ? throw new FileNotFoundException(null, path) : new FileStream(handle, FileAccess.Read, bufferSize: 0);
    }

    /// <summary>Makes two folders change names, in one step where the system can do that.</summary>
    public static void ExchangeFolders(string first, string second)
    {
        if (OperatingSystem.IsLinux() && TryExchange(first, second))
        {
            return;
        }
        var aside = Path.Combine(Path.GetDirectoryName(first)!, TemporaryName.For(Path.GetFileName(second)));
        Directory.Move(second, aside);
        Directory.Move(first, second);
        Directory.Move(aside, first);
    }

    /// <summary>Whether an exception says that the disk or its permissions stood in the way.</summary>
    /// <remarks>.NET reports a file over the size limit (EFBIG) as a <c>value</c> out of range.</remarks>
    public static bool IsToBlame(Exception e) =>
        e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException { ParamName: "value" };

    /// <summary>Whether an exception says that somebody else has locked the file.</summary>
    public static bool IsInUse(IOException e) => e.HResult == (
        OperatingSystem.IsWindows() ? unchecked((int)0x80070020) // ERROR_SHARING_VIOLATION
        : OperatingSystem.IsMacOS() ? 35 : 11); // EWOULDBLOCK

    /// <summary>The reason in one line.</summary>
    public static string Reason(Exception e) => e switch
    {
        IOException { HResult: 28 or unchecked((int)0x80070070) } => "the disk is full", // ENOSPC, ERROR_DISK_FULL
        IOException { HResult: 122 } when OperatingSystem.IsLinux() => "the disk quota is used up", // EDQUOT
        ArgumentOutOfRangeException => "the file would be larger than the system allows (ulimit -f)",
        _ => e.Message.ReplaceLineEndings(" "),
    };

    private static bool TryExchange(string first, string second)
    {
        try
        {
            return RenameAt2(CurrentFolder, first, CurrentFolder, second, Exchange) == 0;
        }
        catch (EntryPointNotFoundException) // a C library older than 2018
        {
            return false;
        }
    }

    [DllImport("libc", EntryPoint = "open")]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync")]
    private static extern int Fsync(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    private static extern int Close(int descriptor);

    [DllImport("libc", EntryPoint = "renameat2")]
    private static extern int RenameAt2(
        int firstFolder,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string first,
        int secondFolder,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string second,
        uint flags);
}
