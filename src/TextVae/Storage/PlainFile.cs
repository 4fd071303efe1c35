using System.Runtime.InteropServices;
using System.Text.Unicode;

namespace TextVae.Storage;

/// <summary>
/// Files of a run folder, which may come from a stranger: plain ones alone, as a pipe hangs and a device never ends, and none
/// larger than files of its kind can be.
/// </summary>
internal static class PlainFile
{
    private const int TypeBits = 0xf000; // S_IFMT
    private const int Regular = 0x8000; // S_IFREG
    private const int Folder = 0x4000; // S_IFDIR

    private static ReadOnlySpan<byte> ByteOrderMark => [0xef, 0xbb, 0xbf];

    /// <summary>Opens a file for reading.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mostBytes">The most that a file of its kind has.</param>
    /// <param name="kind">What is at fault if it is refused.</param>
    /// <exception cref="InvalidInputException">It is a pipe, a device or a socket, or too large.</exception>
    /// <exception cref="IOException">There is none, or it cannot be opened.</exception>
    public static FileStream Open(string path, long mostBytes = long.MaxValue, InputKind kind = InputKind.RunFolder)
    {
        RefuseOthers(path, kind);
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        if (file.Length > mostBytes)
        {
            var found = file.Length;
            file.Dispose();
            throw new InvalidInputException(kind, $"{path}: found {found:N0} bytes; expected at most {mostBytes:N0}");
        }
        return file;
    }

    /// <summary>The UTF-8 of a file of text, without a byte order mark.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mostBytes">The most that a file of its kind has.</param>
    /// <param name="kind">What is at fault if it is refused.</param>
    /// <exception cref="InvalidInputException">It is no plain file, too large, or no UTF-8.</exception>
    /// <exception cref="IOException">There is none, or it cannot be read.</exception>
    public static ReadOnlyMemory<byte> ReadText(string path, int mostBytes, InputKind kind = InputKind.RunFolder)
    {
        using var file = Open(path, mostBytes, kind);
        var bytes = new byte[file.Length];
        var text = bytes.AsMemory(0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
        if (!Utf8.IsValid(text.Span))
        {
            throw new InvalidInputException(kind, $"{path}: found bytes that are no UTF-8; expected text in UTF-8");
        }
        return text.Span.StartsWith(ByteOrderMark) ? text[ByteOrderMark.Length..] : text;
    }

    /// <param name="path">The file.</param>
    /// <param name="kind">What is at fault if it is refused.</param>
    /// <param name="expected">What is asked for.</param>
    /// <exception cref="InvalidInputException">There is something, but neither a plain file nor a folder.</exception>
    public static void RefuseOthers(string path, InputKind kind = InputKind.RunFolder, string expected = "a plain file")
    {
        if (!CanBeReadAgain(path))
        {
            throw new InvalidInputException(kind, $"{path}: found a pipe, a device or a socket; expected {expected}");
        }
    }

    /// <summary>Whether there is a plain file, a folder or nothing: no pipe, no device, no socket.</summary>
    public static bool CanBeReadAgain(string path)
    {
        var status = new int[64]; // flags, mode and more, as .NET gives them on every Unix
        return OperatingSystem.IsWindows() || Status(path, status) != 0 || (status[1] & TypeBits) is Regular or Folder;
    }

    /// <summary>For what is to be written into a folder that may be a stranger's.</summary>
    /// <exception cref="InvalidInputException">Something in the folder is a link, through which files elsewhere would be written.</exception>
    public static void RefuseLinks(string folder)
    {
        foreach (var link in new DirectoryInfo(folder).EnumerateFileSystemInfos().Where(entry => entry.LinkTarget is not null))
        {
            throw new InvalidInputException(InputKind.RunFolder, $"{Path.Combine(folder, link.Name)}: found a link; expected a file or a folder of the run's own, as a training writes into it");
        }
    }

    // .NET's own files say of a pipe only that it cannot seek, and that after opening it, which waits for a writer.
    [DllImport("libSystem.Native", EntryPoint = "SystemNative_Stat")]
    private static extern int Status([MarshalAs(UnmanagedType.LPUTF8Str)] string path, [Out] int[] status);
}
