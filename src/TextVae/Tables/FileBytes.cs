using System.Collections.Frozen;
using ICSharpCode.SharpZipLib.BZip2;
using ICSharpCode.SharpZipLib.GZip;
using SharpCompress.Compressors.Xz;
using ZstdSharp;

namespace TextVae.Tables;

/// <summary>A file's bytes without their compression: gzip, bzip2, xz, Zstandard, or a zip or tar archive of one file.</summary>
/// <param name="Name">The name that says their format: without the compression's extension, or the one in the archive.</param>
/// <param name="Open">Opens them as a stream, which throws much if they are damaged: see <see cref="Damaged"/>.</param>
internal sealed record FileBytes(string Name, Func<Stream> Open)
{
    /// <summary>The extension that says their compression, in small letters; none where there is none.</summary>
    public string Packing { get; private init; } = "";

    private const string Zip = ".zip";
    private const string Tar = ".tar";

    private static readonly FrozenDictionary<string, Func<Stream, Stream>> Compressions = new Dictionary<string, Func<Stream, Stream>>
    {
        [".gz"] = stream => new GZipInputStream(stream), // .NET's own GZipStream takes a truncated file for a whole one; this one does not
        [".bz2"] = stream => new BZip2InputStream(stream),
        [".xz"] = stream => new XZStream(stream),
        [".zst"] = stream => new DecompressionStream(stream, leaveOpen: false),
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string> CompressedTar = new Dictionary<string, string> { [".tgz"] = ".gz", [".tbz2"] = ".bz2", [".txz"] = ".xz", [".tzst"] = ".zst" }.ToFrozenDictionary();

    /// <summary>Extensions that say a compression, behind one that says a format.</summary>
    public static readonly IReadOnlyList<string> Extensions = [".gz", ".bz2", ".xz", ".zst", Zip];

    /// <exception cref="InvalidInputException">It is an archive that cannot be read, or has not just one file.</exception>
    public static FileBytes Of(string path)
    {
        var extension = Path.GetExtension(path).ToLowerInvariant();
        if (extension == Zip)
        {
            return ZipMember.Of(path) with { Packing = Zip };
        }
        var (inner, compression) = CompressedTar.TryGetValue(extension, out var packed) ? (Tar, packed)
            : Compressions.ContainsKey(extension) ? (Path.GetExtension(Path.GetFileNameWithoutExtension(path)).ToLowerInvariant(), extension)
            : (extension, "");
        Func<Stream> open = Compressions.TryGetValue(compression, out var decompress) ? () => Decompressed(path, decompress) : () => OpenFile(path);
        return inner == Tar ? TarMember.Of(path, open) with { Packing = Tar + compression }
            : new(compression.Length > 0 ? Path.GetFileNameWithoutExtension(path) : path, open) { Packing = compression };
    }

    private static Stream Decompressed(string path, Func<Stream, Stream> decompress)
    {
        var file = OpenFile(path);
        try
        {
            return decompress(file);
        }
        catch (Exception e) // bzip2's reads from the beginning at once
        {
            var isEmpty = file.Length == 0;
            file.Dispose();
            throw isEmpty ? new InvalidInputException(InputKind.Data, $"{path}: found nothing, expected UTF-8 text", e) : Damaged(path, e);
        }
    }

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
