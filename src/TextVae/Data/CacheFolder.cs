using System.Text.RegularExpressions;
using TextVae.Storage;

namespace TextVae.Data;

/// <summary>The folder that keeps vocabularies and tokens of texts, so that they are made only once (docs/formats.md).</summary>
public static partial class CacheFolder
{
    private const int LongestOrigin = 200;

    // A file is named and locked in two steps; between them nobody may take it for a leftover.
    private static readonly TimeSpan LeastAge = TimeSpan.FromMinutes(1);

    /// <summary>
    /// <c>TEXTVAE_CACHE</c>; else <c>textvae</c> in the user's cache folder (<c>XDG_CACHE_HOME</c>, <c>~/.cache</c>; local
    /// application data on Windows); else, without <c>HOME</c>, a folder of the user's own among the temporary ones.
    /// </summary>
    /// <exception cref="InvalidInputException">Somebody else has made the last one.</exception>
    public static string Location =>
        Variable("TEXTVAE_CACHE")
        ?? (Variable("XDG_CACHE_HOME") is { } caches ? Path.Combine(caches, "textvae")
        : OperatingSystem.IsWindows() ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "textvae")
        : Variable("HOME") is { } home ? Path.Combine(home, ".cache", "textvae")
        : PrivateFolder.Temporary("textvae"));

    /// <summary>How many bytes the files may have before those that were used least recently go: <c>TEXTVAE_CACHE_LIMIT</c>, else 10 GB.</summary>
    /// <exception cref="InvalidInputException">The variable is no size.</exception>
    public static long Limit => CacheLimit.Of(Variable(CacheLimit.Name));

    /// <summary>The files, the one that was used last first.</summary>
    /// <exception cref="InvalidInputException">The folder is not the user's own.</exception>
    public static IReadOnlyList<CachedFile> List() => List(Location);

    /// <summary>Deletes all files that no process is using.</summary>
    /// <returns>Those that are gone.</returns>
    /// <exception cref="InvalidInputException">As above.</exception>
    public static IReadOnlyList<CachedFile> Clear()
    {
        DeleteLeftovers(Location);
        return [.. List().Where(file => TryDelete(file.Path))];
    }

    /// <summary>A path that no other process has, on this machine or another.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="name">What it is for.</param>
    internal static string TemporaryPath(string folder, string name) => Path.Combine(folder, $".tmp-{name}-{Guid.NewGuid():N}");

    /// <summary>Deletes what killed processes left and, above the limit, the files that were used least recently; never what is in use.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="keep">The file that is about to be used.</param>
    internal static void Trim(string folder, string keep)
    {
        DeleteLeftovers(folder);
        var (files, limit, kept) = (List(folder), Limit, Path.GetFullPath(keep));
        var total = files.Sum(file => file.Bytes);
        foreach (var file in files.OrderBy(file => file.LastUsed))
        {
            if (total > limit && file.Path != kept && TryDelete(file.Path))
            {
                total -= file.Bytes;
            }
        }
    }

    private static List<CachedFile> List(string folder) =>
    [
        .. Files(folder, "*.*").Where(file => Finished().IsMatch(file.Name))
            .Select(file => new CachedFile(file.FullName, Origin(file.FullName), file.Length, file.LastWriteTimeUtc))
            .OrderByDescending(file => file.LastUsed),
    ];

    private static string? Origin(string path) => CacheFile.Origin(path) is { } origin ? Shortened.Of(origin, LongestOrigin) : null;

    private static void DeleteLeftovers(string folder)
    {
        foreach (var file in Files(folder, ".tmp-*").Where(file => Unfinished().IsMatch(file.Name) && DateTime.UtcNow - file.LastWriteTimeUtc > LeastAge))
        {
            TryDelete(file.FullName);
        }
    }

    /// <summary>Files with their sizes and times; one that goes meanwhile is left out.</summary>
    private static FileInfo[] Files(string folder, string pattern)
    {
        try
        {
            return Directory.Exists(folder) ? [.. new DirectoryInfo(folder).GetFiles(pattern).Where(file => file.Exists)] : [];
        }
        catch (Exception e) when (Disk.IsToBlame(e))
        {
            return []; // not ours to keep in order
        }
    }

    /// <summary>Deletes a file if this process can have it alone: whoever has it open holds a lock.</summary>
    private static bool TryDelete(string path)
    {
        try
        {
            new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose).Dispose();
            return !File.Exists(path);
        }
        catch (Exception e) when (Disk.IsToBlame(e))
        {
            return false;
        }
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    // What has another name is not ours, wherever TEXTVAE_CACHE points. Version 1 had other extensions.
    [GeneratedRegex(@"^[0-9a-f]{64}\.(tokens|vocabulary|vocabulary\.json|labels)$")]
    private static partial Regex Finished();

    [GeneratedRegex(@"^\.tmp-([0-9a-f]{64}\.|nameless-)")]
    private static partial Regex Unfinished();
}
