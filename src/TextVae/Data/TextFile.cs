using System.Security.Cryptography;
using System.Text;
using ICSharpCode.SharpZipLib.GZip;

namespace TextVae.Data;

/// <summary>Text files, read as a stream in constant memory: UTF-8, plain or compressed (<c>.gz</c>).</summary>
public static class TextFile
{
    /// <summary>A longer line is no short text, and may be no text at all.</summary>
    private const int MaximumLine = 1 << 24;

    /// <summary>The lines of a file, without their ends (LF or CRLF).</summary>
    /// <exception cref="InvalidInputException">While reading: the file is missing, empty, damaged or no UTF-8 text.</exception>
    public static IEnumerable<string> Lines(string path) => Lines(() => OpenBytes(path), path);

    /// <summary>
    /// The running text of a file in pieces that split no character, for windows: lines are joined by LF, a byte order
    /// mark is left out, everything else is as in the file.
    /// </summary>
    /// <exception cref="InvalidInputException">While reading: the file is missing, empty, damaged or no UTF-8 text.</exception>
    public static IEnumerable<string> Blocks(string path) => Utf8Text.Blocks(() => OpenBytes(path), path);

    /// <summary>The SHA-256 of a file's bytes, as they are on disk.</summary>
    /// <exception cref="InvalidInputException">The file cannot be read.</exception>
    internal static byte[] Hash(string path)
    {
        using var file = OpenFile(path);
        return SHA256.HashData(file);
    }

    /// <summary>The contents of a file, decompressed as its name says; formats to come belong here.</summary>
    /// <remarks>.NET's own <c>GZipStream</c> takes a truncated file for a whole one; this one does not.</remarks>
    /// <exception cref="InvalidInputException">The file cannot be opened.</exception>
    private static Stream OpenBytes(string path) => path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
        ? new GZipInputStream(OpenFile(path))
        : OpenFile(path);

    private static FileStream OpenFile(string path)
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

    internal static IEnumerable<string> Lines(Func<Stream> open, string name)
    {
        var number = 1L;
        var line = new StringBuilder(); // the beginning of a line that the next block continues
        foreach (var block in Utf8Text.Blocks(open, name))
        {
            var start = 0;
            for (var end = block.IndexOf('\n'); end >= 0; end = block.IndexOf('\n', start))
            {
                yield return line.Length == 0 ? block[start..end] : line.Append(block.AsSpan(start..end)).ToString();
                line.Clear();
                number++;
                start = end + 1;
            }
            line.Append(block.AsSpan(start));
            if (line.Length > MaximumLine)
            {
                throw new InvalidInputException(InputKind.Data, $"{name}: line {number}: found more than {MaximumLine:N0} characters, expected one short text a line; data.texts=windows reads running text");
            }
        }
        if (line.Length > 0)
        {
            yield return line.ToString();
        }
    }
}
