using System.Buffers.Binary;
using System.Text;

namespace TextVae.Platform;

/// <summary>The symbol versions that a 64-bit little-endian ELF library needs of others (section <c>.gnu.version_r</c>).</summary>
internal static class ElfVersionNeeds
{
    private const uint VersionNeeds = 0x6ffffffe; // SHT_GNU_verneed
    private const ushort Weak = 2; // VER_FLG_WEAK: a missing version is then a warning of the loader, no error
    private const int EntrySize = 16; // of Elf64_Verneed and of Elf64_Vernaux

    /// <summary>Marks one needed version weak, in place: one bit for each library it is needed of.</summary>
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
            return MakeWeakIn(image, Encoding.ASCII.GetBytes(version + '\0'));
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or OverflowException)
        {
            throw new BadImageFormatException("an offset points outside the ELF library", e);
        }
    }

    private static bool MakeWeakIn(Span<byte> image, ReadOnlySpan<byte> version)
    {
        var sections = Offset64(image, 0x28); // e_shoff
        var sectionSize = U16(image, 0x3a); // e_shentsize
        var entriesLeft = image.Length / EntrySize; // A damaged library may chain its entries in a circle.
        var found = false;
        for (var section = 0; section < U16(image, 0x3c); section++) // e_shnum
        {
            var header = checked(sections + section * sectionSize);
            if (U32(image, header + 4) != VersionNeeds)
            {
                continue;
            }
            var linked = checked(sections + (int)U32(image, header + 40) * sectionSize);
            var strings = Offset64(image, linked + 24);
            var need = Offset64(image, header + 24);
            for (var n = U32(image, header + 44); n > 0; n--) // one Verneed for each library
            {
                var entry = Next(image, need, 8);
                for (var k = U16(image, need + 2); k > 0; k--) // one Vernaux for each version
                {
                    if (--entriesLeft < 0)
                    {
                        throw new BadImageFormatException("more needed versions than the ELF library has room for");
                    }
                    if (image[Next(image, entry, 8, strings)..].StartsWith(version))
                    {
                        var flags = image.Slice(entry + 4, 2);
                        BinaryPrimitives.WriteUInt16LittleEndian(flags, (ushort)(U16(flags, 0) | Weak));
                        found = true;
                    }
                    entry = Next(image, entry, 12);
                }
                var next = Next(image, need, 12);
                if (next == need)
                {
                    break; // The last has no successor, whatever the count says.
                }
                need = next;
            }
        }
        return found;
    }

    /// <summary>Follows the offset in a field of a structure, from that structure or from another place.</summary>
    private static int Next(ReadOnlySpan<byte> image, int structure, int field, int? from = null) =>
        checked((from ?? structure) + (int)U32(image, structure + field));

    private static ushort U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.Slice(at, 2));

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.Slice(at, 4));

    private static int Offset64(ReadOnlySpan<byte> bytes, int at) =>
        checked((int)BinaryPrimitives.ReadUInt64LittleEndian(bytes.Slice(at, 8)));
}
