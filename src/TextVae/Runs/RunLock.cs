using System.Text.Json;
using TextVae.Runs;
using TextVae.Storage;

namespace TextVae;

/// <summary>
/// A run folder that nobody else trains into, whether another process or another thread of this one, until it is disposed of.
/// The system itself ends it when the process dies, in whatever way. Reading the run needs no lock.
/// </summary>
public sealed class RunLock : IDisposable
{
    private const string Name = "training.lock";
    private const int Attempts = 100;

    private readonly FileStream? _file;
    private readonly bool _madeFolder;

    private RunLock(string path, FileStream? file, bool madeFolder) => (Run, _file, _madeFolder) = (new RunFolder(path), file, madeFolder);

    /// <summary>The run folder. It exists.</summary>
    public RunFolder Run { get; }

    /// <summary>Takes a folder, which is made where it is missing.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="InvalidInputException">Somebody trains into it, and the message says who; or it cannot be made or written, or holds a link.</exception>
    public static RunLock Take(string path) => TryTake(path) ?? throw new InvalidInputException(
        InputKind.RunFolder, $"{path}: found a training under way there{RunLockHolder.Describe(Path.Combine(path, Name))}; expected a folder that nobody trains into");

    /// <summary>A folder that the first of several processes has taken for all.</summary>
    internal static RunLock OfFirstProcess(string path) => new(path, null, madeFolder: false);

    /// <summary>Takes the first folder that is missing or empty. Of several callers at once, each gets another one.</summary>
    /// <param name="paths">Folders, in the order in which to try them.</param>
    /// <exception cref="InvalidInputException">A folder cannot be made or written.</exception>
    public static RunLock TakeFree(IEnumerable<string> paths)
    {
        foreach (var path in paths.Where(IsFree))
        {
            if (TryTake(path) is { } taken)
            {
                if (IsFree(path))
                {
                    return taken;
                }
                taken.Dispose(); // a whole run has come and gone meanwhile
            }
        }
        throw new InvalidInputException(InputKind.RunFolder, "the folders for a run: found none that is free; expected one");
    }

    /// <summary>Gives the folder back. One that was made for the lock and is still empty goes again.</summary>
    public void Dispose()
    {
        _file?.Dispose(); // and with it the file goes
        if (_madeFolder)
        {
            try
            {
                Directory.Delete(Run.Path);
            }
            catch (Exception e) when (Disk.IsToBlame(e))
            {
                // It holds a run, or somebody else's lock.
            }
        }
    }

    /// <summary>A folder with nothing but a lock, which may be one that a killed process has left.</summary>
    private static bool IsFree(string path) =>
        !File.Exists(path) && (!Directory.Exists(path) || Directory.EnumerateFileSystemEntries(path).All(entry => Path.GetFileName(entry) == Name));

    private static RunLock? TryTake(string path)
    {
        for (var attempt = 1; ; attempt++)
        {
            var makesFolder = !Directory.Exists(path);
            try
            {
                RunFolder.Create(path);
                PlainFile.RefuseLinks(path);
                PlainFile.RefuseOthers(Path.Combine(path, Name));
                var file = Open(Path.Combine(path, Name));
                RunLockHolder.Write(file);
                return new RunLock(path, file, makesFolder);
            }
            catch (Exception error) when (attempt < Attempts && HasGoneMeanwhile(error, path))
            {
                // Its maker has just given up and removed the folder.
            }
            catch (IOException error) when (Disk.IsInUse(error))
            {
                return null;
            }
            catch (Exception error) when (Disk.IsToBlame(error))
            {
                throw new InvalidInputException(InputKind.RunFolder, $"{Path.Combine(path, Name)}: not written, {Disk.Reason(error)}", error);
            }
        }
    }

    /// <summary>
    /// A folder that goes between two calls: .NET says that it, or the file in it, is missing, or that it cannot be made because there
    /// is one, depending on whether somebody has made it again since.
    /// </summary>
    private static bool HasGoneMeanwhile(Exception error, string path) =>
        error is DirectoryNotFoundException or FileNotFoundException || (error.InnerException is IOException && !File.Exists(path));

    /// <summary>On Unix this is flock; whoever wants to read the file goes around it.</summary>
    private static FileStream Open(string path) => new(path, new FileStreamOptions
    {
        Mode = FileMode.OpenOrCreate,
        Access = FileAccess.ReadWrite,
        Share = OperatingSystem.IsWindows() ? FileShare.Read | FileShare.Delete : FileShare.None,
        Options = FileOptions.DeleteOnClose,
        BufferSize = 0,
    });
}

/// <summary>Who trains into a run folder, as <c>training.lock</c> says.</summary>
internal sealed record RunLockHolder
{
    private const int MostBytes = 4096;

    /// <summary>The process's number on its host.</summary>
    public int Process { get; init; }

    /// <summary>The host's name.</summary>
    public string Host { get; init; } = "";

    /// <summary>When it began.</summary>
    public DateTime Since { get; init; }

    /// <summary>Writes that it is this process.</summary>
    public static void Write(FileStream file)
    {
        try
        {
            file.SetLength(0);
            JsonSerializer.Serialize(file, new RunLockHolder { Process = Environment.ProcessId, Host = Environment.MachineName, Since = DateTime.UtcNow }, ReportJson.Options);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Who it is, for a message; nothing where that cannot be read.</summary>
    public static string Describe(string path)
    {
        try
        {
            using var file = Disk.OpenLocked(path);
            var bytes = new byte[MostBytes];
            var length = file.ReadAtLeast(bytes, MostBytes, throwOnEndOfStream: false);
            return JsonSerializer.Deserialize<RunLockHolder>(bytes.AsSpan(0, length), ReportJson.Options) is { } holder
                ? FormattableString.Invariant($", by process {holder.Process} on {Shortened.Of(holder.Host, 255)} since {holder.Since:yyyy-MM-dd HH:mm:ss} UTC")
                : "";
        }
        catch (Exception error) when (error is JsonException or NotSupportedException or InvalidOperationException || Disk.IsToBlame(error))
        {
            return "";
        }
    }
}
