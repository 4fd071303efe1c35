using System.Buffers.Binary;
using System.Text;

namespace TextVae.Platform;

/// <summary>The symbol versions that a 64-bit little-endian ELF library needs of others (section <c>.gnu.version_r</c>).</summary>
internal static class ElfVersionNeeds
{
    private const uint VersionNeeds = 0x6ffffffe; // SHT_GNU_verneed
    private const ushort Weak = 2; // VER_FLG_WEAK: a missing version is then a warning of the loader, no error

    /// <summary>Marks one needed version weak, in place.</summary>
    /// <param name="image">The library's bytes.</param>
    /// <param name="version">The version's name, such as <c>GLIBCXX_3.4.32</c>.</param>
    /// <returns>Whether the library needs that version.</returns>
    /// <exception cref="BadImageFormatException">The bytes are no such library.</exception>
    public static bool MakeWeak(Span<byte> image, string version)
    {
        if (image.Length < 64 || !image[..6].SequenceEqual("\u007fELF\u0002\u0001"u8))
        {
            throw new BadImageFormatException("expected a 64-bit little-endian ELF library");
        }
        try
        {
            return MakeWeakIn(image, Encoding.ASCII.GetBytes(version));
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new BadImageFormatException("an offset points outside the ELF library");
        }
    }

    private static bool MakeWeakIn(Span<byte> image, ReadOnlySpan<byte> version)
    {
        var sections = (int)U64(image, 0x28); // e_shoff
        var sectionSize = U16(image, 0x3a); // e_shentsize
        var found = false;
        for (var section = 0; section < U16(image, 0x3c); section++) // e_shnum
        {
            var header = sections + section * sectionSize;
            if (U32(image, header + 4) != VersionNeeds)
            {
                continue;
            }
            var strings = (int)U64(image, sections + (int)U32(image, header + 40) * sectionSize + 24); // the linked string table
            var need = (int)U64(image, header + 24);
            for (var n = U32(image, header + 44); n > 0; n--) // one Verneed for each library
            {
                var entry = need + (int)U32(image, need + 8);
                for (var k = U16(image, need + 2); k > 0; k--) // one Vernaux for each version
                {
                    var name = image[(strings + (int)U32(image, entry + 8))..];
                    if (name[..name.IndexOf((byte)0)].SequenceEqual(version))
                    {
                        var flags = image.Slice(entry + 4, 2);
                        BinaryPrimitives.WriteUInt16LittleEndian(flags, (ushort)(U16(flags, 0) | Weak));
                        found = true;
                    }
                    entry += (int)U32(image, entry + 12);
                }
                need += (int)U32(image, need + 12);
            }
        }
        return found;
    }

    private static ushort U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.Slice(at, 2));

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.Slice(at, 4));

    private static ulong U64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes.Slice(at, 8));
}
