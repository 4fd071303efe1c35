using System.Buffers.Binary;
using System.Security.Cryptography;

namespace TextVae.Data;

/// <summary>What a token file holds and what its building left out.</summary>
/// <param name="Tokens">Tokens in all.</param>
/// <param name="Texts">Texts; running text counts as one.</param>
/// <param name="Characters">Characters (Unicode scalar values) of these texts.</param>
/// <param name="Empty">Lines left out because they are empty or white space.</param>
/// <param name="TooLong">Texts left out because they have too many tokens.</param>
/// <param name="Unknown">Tokens that are <c>&lt;unk&gt;</c>.</param>
internal readonly record struct TokenCounts(long Tokens, long Texts, long Characters, long Empty, long TooLong, long Unknown);

/// <summary>The first 128 bytes of a token file, little-endian; a checksum over them tells a whole file from any other.</summary>
/// <param name="TokenSize">Bytes of one token: 1 or 2.</param>
/// <param name="Counts">What the file holds.</param>
/// <param name="Key">32 bytes that identify the input, the tokeniser and the options.</param>
internal sealed record TokenFileHeader(int TokenSize, TokenCounts Counts, byte[] Key)
{
    public const int Size = 128;

    /// <summary>Another version of the format is another file.</summary>
    public const int Version = 1;

    private const int Checked = Size - SHA256.HashSizeInBytes;

    private static ReadOnlySpan<byte> Magic => "TVTOKENS"u8;

    /// <summary>Where the index of texts begins: after the tokens, at a multiple of 8.</summary>
    public long IndexStart => (Size + Counts.Tokens * TokenSize + 7) / 8 * 8;

    /// <summary>The size of the whole file.</summary>
    public long FileSize => IndexStart + (Counts.Texts + 1) * sizeof(long);

    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), TokenSize);
        long[] counts = [Counts.Tokens, Counts.Texts, Counts.Characters, Counts.Empty, Counts.TooLong, Counts.Unknown];
        for (var i = 0; i < counts.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16 + 8 * i), counts[i]);
        }
        Key.CopyTo(bytes, 64);
        SHA256.HashData(bytes.AsSpan(0, Checked), bytes.AsSpan(Checked));
        return bytes;
    }

    /// <summary>The header in these bytes, or null where they are none.</summary>
    public static TokenFileHeader? Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size || !bytes.StartsWith(Magic)
            || BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]) != Version
            || !SHA256.HashData(bytes[..Checked]).AsSpan().SequenceEqual(bytes[Checked..]))
        {
            return null;
        }
        var counts = new long[6];
        for (var i = 0; i < counts.Length; i++)
        {
            counts[i] = BinaryPrimitives.ReadInt64LittleEndian(bytes[(16 + 8 * i)..]);
        }
        return new TokenFileHeader(
            BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]),
            new TokenCounts(counts[0], counts[1], counts[2], counts[3], counts[4], counts[5]),
            bytes[64..96].ToArray());
    }
}
