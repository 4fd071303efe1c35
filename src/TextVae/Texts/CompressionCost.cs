using System.IO.Compression;
using System.Text;
using ZstdSharp;

namespace TextVae.Texts;

/// <summary>
/// What texts cost a general-purpose compressor that has just read others: they are compressed together, behind those, in one
/// stream. Gzip remembers the last 32 KiB alone.
/// </summary>
internal static class CompressionCost
{
    private const int ZstdLevel = 19;

    /// <summary>Bits per character of the texts; their ends are line feeds.</summary>
    public static double Gzip(IReadOnlyList<string> known, IReadOnlyList<string> texts, bool ends = true) =>
        BitsPerCharacter(known, texts, ends, output => new GZipStream(output, CompressionLevel.SmallestSize, leaveOpen: true));

    /// <inheritdoc cref="Gzip"/>
    public static double Zstd(IReadOnlyList<string> known, IReadOnlyList<string> texts, bool ends = true) =>
        BitsPerCharacter(known, texts, ends, output => new CompressionStream(output, ZstdLevel, leaveOpen: true));

    private static double BitsPerCharacter(IReadOnlyList<string> known, IReadOnlyList<string> texts, bool ends, Func<Stream, Stream> compress)
    {
        using var output = new MemoryStream();
        long before;
        using (var stream = compress(output))
        {
            Write(stream, known, ends);
            stream.Flush();
            before = output.Length;
            Write(stream, texts, ends);
        }
        return 8.0 * (output.Length - before) / texts.Sum(text => (long)text.EnumerateRunes().Count());
    }

    private static void Write(Stream stream, IReadOnlyList<string> texts, bool ends)
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), bufferSize: 1 << 16, leaveOpen: true) { NewLine = "\n" };
        foreach (var text in texts)
        {
            writer.Write(text);
            writer.Write(ends ? "\n" : "");
        }
    }
}
