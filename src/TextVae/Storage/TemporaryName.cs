using System.Diagnostics;
using System.Text.RegularExpressions;

namespace TextVae.Storage;

/// <summary>
/// Names of files and folders that are not whole yet, or not whole any more: <c>.tmp-NAME-PROCESS-NUMBER</c>.
/// </summary>
/// <remarks>
/// A temporary name is a leftover unless its process is running, or is this one and gave the number out itself (the
/// identifier of a killed process may be used again; in a container it usually is). Machines that share a folder
/// do not see each other's processes: what has one name is written from one machine at a time.
/// </remarks>
internal static partial class TemporaryName
{
    private static int given;

    /// <summary>A name that no other call gives out, for something that will be called <paramref name="name"/>.</summary>
    public static string For(string name) => $".tmp-{name}-{Environment.ProcessId}-{Interlocked.Increment(ref given)}";

    /// <summary>Deletes what killed processes left in a folder, as far as it can be deleted.</summary>
    /// <param name="folder">The folder; it may be missing.</param>
    /// <param name="name">Only leftovers of this name; all if null.</param>
    public static void DeleteLeftovers(string folder, string? name = null)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }
        foreach (var path in Directory.EnumerateFileSystemEntries(folder, ".tmp-*", new EnumerationOptions { AttributesToSkip = 0 }).ToArray())
        {
            var parts = Parts().Match(Path.GetFileName(path));
            if (parts.Success && (name ?? parts.Groups[1].Value) == parts.Groups[1].Value
                && int.TryParse(parts.Groups[2].Value, out var process) && int.TryParse(parts.Groups[3].Value, out var number)
                && !IsInUse(process, number))
            {
                TryDelete(path);
            }
        }
    }

    /// <summary>Deletes a file or a folder with all it holds; what cannot be deleted stays, and a later call tries again.</summary>
    public static void TryDelete(string path)
    {
        try
        {
            if (Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
            }
            else
            {
                File.Delete(path);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nothing reads a temporary name, so one that stays costs space only.
        }
    }

    private static bool IsInUse(int process, int number)
    {
        if (process == Environment.ProcessId)
        {
            return number <= Volatile.Read(ref given);
        }
        try
        {
            Process.GetProcessById(process).Dispose();
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"^\.tmp-(.+)-(\d+)-(\d+)$", RegexOptions.Singleline)]
    private static partial Regex Parts();
}
