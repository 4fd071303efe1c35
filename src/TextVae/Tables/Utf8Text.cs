using System.Buffers;
using System.Text;
using System.Text.Unicode;
using TextVae.Texts;

namespace TextVae.Tables;

/// <summary>UTF-8 text. Decoding is strict: what is no text is refused with its place, or marked for <see cref="Mending"/>, never hidden.</summary>
internal static class Utf8Text
{
    private const int BlockSize = 1 << 16;

    /// <summary>Writes lines that end in LF, without a byte order mark; the stream stays open.</summary>
    public static StreamWriter Writer(Stream stream) =>
        new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };

    /// <summary>The text of a stream in pieces that split no character; CRLF becomes LF, a byte order mark goes.</summary>
    /// <param name="open">Opens the stream, which is closed at the end.</param>
    /// <param name="name">The name for errors.</param>
    /// <param name="marks">Whether what is no text becomes <see cref="Mending.Mark"/>, in place of being refused.</param>
    public static IEnumerable<string> Blocks(Func<Stream> open, string name, bool marks = false)
    {
        using var stream = open();
        var bytes = new byte[BlockSize];
        var kept = 0; // bytes at the front, of a character that the last read cut
        var carriageReturn = false; // the last block ended with CR, which is held back until we know what follows
        var place = new Place(0, 1);
        while (true)
        {
            var read = Read(stream, bytes.AsSpan(kept), place.Offset == 0 ? 3 : 1, name); // a byte order mark whole; else what there is
            var available = kept + read;
            if (place.Offset == 0 && available == 0)
            {
                throw new InvalidInputException(InputKind.Data, $"{name}: found nothing, expected UTF-8 text");
            }
            var skip = place.Offset == 0 && bytes.AsSpan(0, available).StartsWith("\ufeff"u8) ? 3 : 0;
            var (text, consumed) = Decode(bytes.AsSpan(skip, available - skip), isLast: read == 0, marks, place, name);
            place = place.After(bytes.AsSpan(0, skip + consumed));
            kept = available - skip - consumed;
            bytes.AsSpan(skip + consumed, kept).CopyTo(bytes);
            text = carriageReturn ? "\r" + text : text;
            carriageReturn = read > 0 && text.EndsWith('\r');
            text = (carriageReturn ? text[..^1] : text).Replace("\r\n", "\n", StringComparison.Ordinal);
            if (text.Length > 0)
            {
                yield return text;
            }
            if (read == 0)
            {
                yield break;
            }
        }
    }

    /// <summary>A whole text, in which <see cref="Mending.Mark"/> stands for what is no text.</summary>
    public static string Marked(ReadOnlySpan<byte> bytes) => DecodeWithMarks(bytes, isLast: true).Text;

    private static (string Text, int Consumed) Decode(ReadOnlySpan<byte> bytes, bool isLast, bool marks, Place place, string name) =>
        marks ? DecodeWithMarks(bytes, isLast) : DecodeStrictly(bytes, isLast, place, name);

    private static (string Text, int Consumed) DecodeStrictly(ReadOnlySpan<byte> bytes, bool isLast, Place place, string name)
    {
        if (bytes.IndexOf((byte)0) is >= 0 and var nul)
        {
            throw Refused(bytes, nul, place, name, "a NUL byte");
        }
        var characters = ArrayPool<char>.Shared.Rent(bytes.Length);
        var status = Utf8.ToUtf16(bytes, characters, out var consumed, out var written, replaceInvalidSequences: false, isFinalBlock: isLast);
        var text = new string(characters, 0, written);
        ArrayPool<char>.Shared.Return(characters);
        return status is OperationStatus.Done or OperationStatus.NeedMoreData
            ? (text, consumed)
            : throw Refused(bytes, consumed, place, name, $"byte 0x{bytes[consumed]:x2}");
    }

    private static (string Text, int Consumed) DecodeWithMarks(ReadOnlySpan<byte> bytes, bool isLast)
    {
        var text = new char[bytes.Length]; // no byte makes more than one
        var (consumed, written) = (0, 0);
        while (true)
        {
            var rest = bytes[consumed..];
            var part = rest.IndexOf((byte)0) is >= 0 and var nul ? rest[..nul] : rest;
            var ends = isLast || part.Length < rest.Length;
            var status = Utf8.ToUtf16(part, text.AsSpan(written), out var read, out var made, replaceInvalidSequences: false, isFinalBlock: ends);
            (consumed, written) = (consumed + read, written + made);
            if (consumed == bytes.Length || status == OperationStatus.NeedMoreData)
            {
                return (new string(text, 0, written), consumed);
            }
            var length = 1; // of a NUL
            if (read < part.Length)
            {
                _ = Rune.DecodeFromUtf8(part[read..], out _, out length);
            }
            text[written++] = Mending.Mark;
            consumed += length;
        }
    }

    private static InvalidInputException Refused(ReadOnlySpan<byte> bytes, int fault, Place place, string name, string found)
    {
        var at = place.After(bytes[..fault]);
        var likely = CharacterSet.Guess(bytes, fault) is { } encoding ? $"; it looks like {encoding}" : "";
        return new(InputKind.Data, $"{name}: line {at.Line}, byte offset {at.Offset}: found {found}, expected UTF-8 text{likely}") { Property = likely.Length > 0 ? CharacterSet.Property : null };
    }

    /// <exception cref="InvalidInputException">The stream cannot be read.</exception>
    public static int Read(Stream stream, Span<byte> bytes, int least, string name)
    {
        try
        {
            return stream.ReadAtLeast(bytes, least, throwOnEndOfStream: false);
        }
        catch (IOException e) when (e is not EndOfStreamException)
        {
            throw new InvalidInputException(InputKind.Data, $"{name}: cannot be read: {e.Message}", e);
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidInputException(InputKind.Data, $"{name}: found bytes that are no text in the encoding that it is read in; expected another", e) { Property = CharacterSet.Property };
        }
        catch (Exception e) when (e is not InvalidInputException && stream is not FileStream) // on damaged data decompressors throw much besides their own exceptions
        {
            throw FileBytes.Damaged(name, e);
        }
    }

    /// <summary>A place in a file: bytes before it and the number of its line.</summary>
    private readonly record struct Place(long Offset, long Line)
    {
        public Place After(ReadOnlySpan<byte> bytes) => new(Offset + bytes.Length, Line + bytes.Count((byte)'\n'));
    }
}
