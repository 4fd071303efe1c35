using System.Formats.Tar;
using System.Runtime.InteropServices;

namespace TextVae.Storage;

/// <summary>Folders that nobody but their user can read or write, also where everybody may create some.</summary>
internal static class PrivateFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Creates a folder, and those above it that are missing, for its user alone; one that is there stays as it is.</summary>
    public static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path); // the folder above says who may do what
            return;
        }
        Directory.CreateDirectory(path, OwnerOnly);
    }

    /// <summary>A folder of this user's own among the system's temporary ones, the same in every process.</summary>
    /// <param name="name">What it is called, before the number of the user.</param>
    /// <exception cref="InvalidInputException">Somebody else has made it, or it is open to others.</exception>
    public static string Temporary(string name)
    {
        if (OperatingSystem.IsWindows())
        {
            return Path.Combine(Path.GetTempPath(), name); // which is the user's own there
        }
        var user = CurrentUser();
        var path = Path.Combine(Path.GetTempPath(), $"{name}-{user}");
        Create(path);
        var (isFolder, owner, mode) = Describe(path);
        return isFolder && owner == user && mode == OwnerOnly
            ? path
            : throw new InvalidInputException(InputKind.Data, $"{path}: found {(isFolder ? "a folder" : "no folder")} of user {owner} with mode {Convert.ToString((int)mode, 8)}, expected a folder of user {user} with mode 700");
    }

    /// <summary>Of a path itself, not of what a link points to. Of all that .NET has, archives alone know owners.</summary>
    private static (bool IsFolder, uint Owner, UnixFileMode Mode) Describe(string path)
    {
        using var archive = new MemoryStream();
        using (var writer = new TarWriter(archive, TarEntryFormat.Gnu, leaveOpen: true))
        {
            writer.WriteEntry(path, "folder");
        }
        archive.Position = 0;
        using var reader = new TarReader(archive);
        var entry = reader.GetNextEntry()!;
        return (entry.EntryType == TarEntryType.Directory, (uint)entry.Uid, entry.Mode);
    }

    [DllImport("libc", EntryPoint = "geteuid")]
    private static extern uint CurrentUser();
}
