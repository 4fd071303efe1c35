using System.Buffers.Binary;

namespace TextVae.Data;

/// <summary>What a token file holds and what its building left out.</summary>
/// <param name="Tokens">Tokens in all.</param>
/// <param name="Texts">Texts; running text counts as one.</param>
/// <param name="Characters">Characters (Unicode scalar values) of these texts.</param>
/// <param name="Empty">Lines left out because they are empty or white space.</param>
/// <param name="TooLong">Texts left out because they have too many tokens.</param>
/// <param name="Unknown">Tokens that are <c>&lt;unk&gt;</c>.</param>
/// <param name="Invalid">Texts that held bytes that are no UTF-8, and were mended or left out; of running text such sequences.</param>
internal readonly record struct TokenCounts(long Tokens, long Texts, long Characters, long Empty, long TooLong, long Unknown, long Invalid = 0);

/// <summary>The first 128 bytes of a token file, little-endian.</summary>
/// <param name="TokenSize">Bytes of one token: 1 or 2.</param>
/// <param name="LabelSize">Bytes of one text's label: 4, or 0 where there are none.</param>
/// <param name="Counts">What the file holds.</param>
internal sealed record TokenFileHeader(int TokenSize, int LabelSize, TokenCounts Counts)
{
    public const int Size = 128;

    private const int FirstCount = 16;

    private static ReadOnlySpan<byte> Magic => "TVTOKENS"u8;

    /// <summary>Where the index of texts begins: after the tokens, at a multiple of 8.</summary>
    public long IndexStart => (Size + Counts.Tokens * TokenSize + 7) / 8 * 8;

    /// <summary>Where the labels begin: after the index.</summary>
    public long LabelStart => IndexStart + (Counts.Texts + 1) * sizeof(long);

    /// <summary>The size of the whole file.</summary>
    public long FileSize => LabelStart + Counts.Texts * LabelSize;

    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), TokenSize);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), LabelSize);
        long[] counts = [Counts.Tokens, Counts.Texts, Counts.Characters, Counts.Empty, Counts.TooLong, Counts.Unknown, Counts.Invalid];
        for (var i = 0; i < counts.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(FirstCount + 8 * i), counts[i]);
        }
        return bytes;
    }

    /// <summary>The header in these bytes, or null where they are none.</summary>
    public static TokenFileHeader? Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size || !bytes.StartsWith(Magic))
        {
            return null;
        }
        var counts = new long[7];
        for (var i = 0; i < counts.Length; i++)
        {
            counts[i] = BinaryPrimitives.ReadInt64LittleEndian(bytes[(FirstCount + 8 * i)..]);
        }
        return new TokenFileHeader(
            BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]),
            new TokenCounts(counts[0], counts[1], counts[2], counts[3], counts[4], counts[5], counts[6]));
    }
}
