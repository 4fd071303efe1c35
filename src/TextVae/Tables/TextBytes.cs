using System.Text;

namespace TextVae.Tables;

/// <summary>
/// The bytes of a text file as the readers of its format want them, whatever they are in the file: UTF-8 with usual line ends.
/// The first of them say what they are, and refuse what is no text.
/// </summary>
internal static class TextBytes
{
    private const int HeadSize = 1 << 16;
    private const int Enough = 4; // of a byte order mark; a pipe may have no more yet

    private static readonly (byte[] Beginning, string What, string Expected)[] Others =
    [
        ([0x1f, 0x8b, 8], "gzip data", "a name that ends with .gz"),
        ([0x28, 0xb5, 0x2f, 0xfd], "Zstandard data", "a name that ends with .zst"),
        ([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], "xz data", "a name that ends with .xz"),
        ([.. "BZh"u8], "bzip2 data", "a name that ends with .bz2"),
        ([.. "PK\x3\x4"u8], "a zip archive, which Excel and Word files are too", "a name that ends with .zip, or a sheet saved as CSV"),
        ([.. "PAR1"u8], "Parquet", "a name that ends with .parquet"),
        ([.. "%PDF-"u8], "a PDF document", "its text"),
        ([0xd0, 0xcf, 0x11, 0xe0], "an old Excel or Word file", "a sheet saved as CSV"),
        ([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], "a 7z archive", "what is in it"),
        ([.. "Rar!"u8], "a rar archive", "what is in it"),
        ([.. "SQLite format 3"u8], "an SQLite database", "a table saved as CSV"),
    ];

    /// <summary>Opens them.</summary>
    /// <param name="open">Opens the file's bytes, without their compression.</param>
    /// <param name="name">The file's name for errors.</param>
    /// <param name="encoding">What they are in, unless a byte order mark says it; null: UTF-8.</param>
    /// <param name="marks">Whether what is no text is to be mended: in other encodings than UTF-8, it is here, by U+FFFD.</param>
    /// <exception cref="InvalidInputException">They are no text, or the file cannot be read.</exception>
    public static Stream Open(Func<Stream> open, string name, string? encoding, bool marks)
    {
        var stream = open();
        try
        {
            var head = Head(stream, name);
            Refuse(head, name);
            Stream whole = new Headed(head, stream);
            if (CharacterSet.Of(head, encoding) is { } set)
            {
                var strict = (Encoding)set.Clone();
                strict.DecoderFallback = marks ? new DecoderReplacementFallback("\ufffd") : DecoderFallback.ExceptionFallback;
                whole = Encoding.CreateTranscodingStream(whole, strict, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
                return EndsWithReturns(whole, name);
            }
            return LinesEndWithReturns(head) ? new LineFeeds(whole) : whole;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>What the bytes themselves say of how they are read, where that is not the usual way; reads their beginning.</summary>
    /// <exception cref="InvalidInputException">As <see cref="Open"/>.</exception>
    public static string Reading(Func<Stream> open, string name, string? encoding)
    {
        using var stream = open();
        var head = Head(stream, name);
        return string.Concat(CharacterSet.Of(head, encoding)?.WebName, LinesEndWithReturns(head) ? " CR" : "");
    }

    private static Stream EndsWithReturns(Stream text, string name)
    {
        var head = Head(text, name);
        var whole = new Headed(head, text);
        return LinesEndWithReturns(head) ? new LineFeeds(whole) : whole;
    }

    private static byte[] Head(Stream stream, string name)
    {
        var bytes = new byte[HeadSize];
        return bytes[..Utf8Text.Read(stream, bytes, Enough, name)];
    }

    /// <summary>As old Macs wrote them; in other files a carriage return is a character like any other.</summary>
    private static bool LinesEndWithReturns(ReadOnlySpan<byte> head) =>
        head.IndexOf((byte)'\r') is >= 0 and var place && place < head.Length - 1 && !head.Contains((byte)'\n');

    private static void Refuse(ReadOnlySpan<byte> head, string name)
    {
        const int TarMark = 257;
        if (head.Length > TarMark && head[TarMark..].StartsWith("ustar"u8))
        {
            throw Refused(name, "a tar archive", "a name that ends with .tar, .tar.gz or .tgz");
        }
        foreach (var (beginning, what, expected) in Others)
        {
            if (head.StartsWith(beginning) && (what.EndsWith("document", StringComparison.Ordinal) || !CharacterSet.IsText(head)))
            {
                throw Refused(name, what, expected);
            }
        }
    }

    private static InvalidInputException Refused(string name, string found, string expected) =>
        new(InputKind.Data, $"{name}: found {found}; expected text, or {expected}");

    /// <summary>What was read of a stream already, then the rest.</summary>
    private sealed class Headed(byte[] head, Stream rest) : ForwardStream
    {
        private readonly bool _isWhole = head.Length < Enough; // some streams may not be read beyond their end
        private int _position;

        public override int Read(Span<byte> buffer)
        {
            if (_position == head.Length)
            {
                return _isWhole ? 0 : rest.Read(buffer);
            }
            var count = Math.Min(buffer.Length, head.Length - _position);
            head.AsSpan(_position, count).CopyTo(buffer);
            _position += count;
            return count;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                rest.Dispose();
            }
            base.Dispose(disposing);
        }
    }

    /// <summary>Line feeds in place of carriage returns.</summary>
    private sealed class LineFeeds(Stream text) : ForwardStream
    {
        public override int Read(Span<byte> buffer)
        {
            var count = text.Read(buffer);
            buffer[..count].Replace((byte)'\r', (byte)'\n');
            return count;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                text.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
