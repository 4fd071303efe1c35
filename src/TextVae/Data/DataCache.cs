using System.Security.Cryptography;
using System.Text;
using TextVae.Storage;

namespace TextVae.Data;

/// <summary>Files that can be built again, named by the hash of what they are built from.</summary>
internal static class DataCache
{
    /// <summary>
    /// <c>TEXTVAE_CACHE</c>; else <c>textvae</c> in the user's cache folder (<c>XDG_CACHE_HOME</c>, <c>~/.cache</c>; local
    /// application data on Windows).
    /// </summary>
    public static string Folder => Variable("TEXTVAE_CACHE") ?? Path.Combine(Variable("XDG_CACHE_HOME") ?? UserCache, "textvae");

    private static string UserCache =>
        OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
        : Variable("HOME") is { } home ? Path.Combine(home, ".cache")
        : Path.GetTempPath();

    /// <summary>A key from parts; no two lists of parts run together.</summary>
    public static byte[] Key(params IEnumerable<object> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts)
        {
            var bytes = part as byte[] ?? Encoding.UTF8.GetBytes(part.ToString()!);
            hash.AppendData(BitConverter.GetBytes((long)bytes.Length));
            hash.AppendData(bytes);
        }
        return hash.GetHashAndReset();
    }

    /// <summary>The path of a cached file.</summary>
    public static string PathOf(byte[] key, string extension) => Path.Combine(Folder, Convert.ToHexStringLower(key) + extension);

    /// <summary>Writes a file that appears whole, on the disk, or not at all.</summary>
    /// <exception cref="InvalidInputException">It cannot be written.</exception>
    public static void Write(string path, Action<FileStream> write)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            AtomicFile.Write(path, write, InputKind.Data);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException
            || (e is InvalidInputException && e.Message.StartsWith(path, StringComparison.Ordinal))) // not what is wrong with the texts that are written
        {
            throw CannotWrite(path, e);
        }
    }

    /// <summary>Writes a file without a name: nothing of it is left when it is closed, or the program ends in whatever way.</summary>
    /// <returns>The file, for reading and writing.</returns>
    /// <exception cref="InvalidInputException">It cannot be written.</exception>
    public static FileStream Nameless(Action<FileStream> write)
    {
        var path = Path.Combine(Folder, TemporaryName.For("nameless"));
        FileStream? file = null;
        try
        {
            Directory.CreateDirectory(Folder);
            file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            File.Delete(path);
            write(file);
            file.Flush();
            return file;
        }
        catch (Exception e) when (Disk.IsToBlame(e))
        {
            file?.Dispose();
            throw CannotWrite(path, e);
        }
    }

    private static InvalidInputException CannotWrite(string path, Exception e) =>
        new(InputKind.Data, $"{path}: the cache cannot be written: {e.Message}; TEXTVAE_CACHE can name another folder", e);

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
