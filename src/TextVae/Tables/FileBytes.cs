using ICSharpCode.SharpZipLib.GZip;
using ZstdSharp;

namespace TextVae.Tables;

/// <summary>A file's bytes without their compression: gzip, Zstandard, or a zip archive of one file.</summary>
/// <param name="Name">The name that says their format: without the compression's extension, or the one in the archive.</param>
/// <param name="Open">Opens them as a stream, which throws much if they are damaged: see <see cref="Damaged"/>.</param>
internal sealed record FileBytes(string Name, Func<Stream> Open)
{
    /// <summary>The extension that says their compression, in small letters; none where there is none.</summary>
    public string Packing { get; private init; } = "";

    /// <summary>Extensions that say a compression.</summary>
    public static readonly IReadOnlyList<string> Extensions = [".gz", ".zst", ".zip"];

    /// <exception cref="InvalidInputException">It is an archive that cannot be read, or has not just one file.</exception>
    public static FileBytes Of(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        // .NET's own GZipStream takes a truncated file for a whole one; this one does not.
        ".gz" => new(Path.GetFileNameWithoutExtension(path), () => new GZipInputStream(OpenFile(path))) { Packing = ".gz" },
        ".zst" => new(Path.GetFileNameWithoutExtension(path), () => new DecompressionStream(OpenFile(path), leaveOpen: false)) { Packing = ".zst" },
        ".zip" => ZipMember.Of(path) with { Packing = ".zip" },
        _ => new(path, () => OpenFile(path)),
    };

    /// <exception cref="InvalidInputException">The file cannot be opened.</exception>
    public static FileStream OpenFile(string path)
    {
        if (Directory.Exists(path))
        {
            throw new InvalidInputException(InputKind.Data, $"{path}: found a folder, expected a text file");
        }
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidInputException(InputKind.Data, $"{path}: found no such file, expected a text file", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(InputKind.Data, $"{path}: cannot be read: {e.Message}", e);
        }
    }

    /// <summary>What is said of a file whose bytes make no sense to the reader of its format.</summary>
    public static InvalidInputException Damaged(string path, Exception e) =>
        new(InputKind.Data, $"{path}: found damaged or truncated data, expected a whole {Path.GetExtension(path).ToLowerInvariant()} file ({e.Message.ReplaceLineEndings(" ")})", e);
}
