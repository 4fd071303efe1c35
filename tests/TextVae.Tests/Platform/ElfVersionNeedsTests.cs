using System.Buffers.Binary;
using CsCheck;
using TextVae.Platform;

namespace TextVae.Tests.Platform;

public class ElfVersionNeedsTests
{
    private const int Need = 64, Entry = 80, Second = 96, Strings = 112, Sections = 160; // places in the hand-made library

    [Fact]
    public void Only_the_flag_of_the_named_version_changes()
    {
        var (before, after) = (Library(), Library());
        Assert.True(ElfVersionNeeds.MakeWeak(after, "V_2"));
        Assert.Equal([Second + 4], Changes(before, after));
        Assert.Equal(2, after[Second + 4]);
        Assert.True(ElfVersionNeeds.MakeWeak(after, "V_2"));
        Assert.Equal([Second + 4], Changes(before, after));
    }

    [Theory]
    [InlineData("V_3")]
    [InlineData("V_")]
    [InlineData("V_22")]
    public void A_version_that_is_not_needed_changes_nothing(string version)
    {
        var image = Library();
        Assert.False(ElfVersionNeeds.MakeWeak(image, version));
        Assert.Equal(Library(), image);
    }

    [Fact]
    public void One_byte_of_the_real_library_changes()
    {
        Assert.SkipUnless(File.Exists(NativeTorchTests.Library), "Linux only");
        var before = File.ReadAllBytes(NativeTorchTests.Library);
        var after = before.ToArray();
        Assert.True(ElfVersionNeeds.MakeWeak(after, "GLIBCXX_3.4.32"));
        Assert.Single(Changes(before, after));
    }

    [Fact]
    public void What_is_no_library_is_refused()
    {
        Assert.Throws<BadImageFormatException>(() => ElfVersionNeeds.MakeWeak([], "V_2"));
        Assert.Throws<BadImageFormatException>(() => ElfVersionNeeds.MakeWeak(new byte[100], "V_2"));
        var image = Library();
        image[4] = 1; // 32 bits
        Assert.Throws<BadImageFormatException>(() => ElfVersionNeeds.MakeWeak(image, "V_2"));
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        var image = Library();
        for (var length = 0; length < image.Length; length++)
        {
            // Of the last section header only its first fields are used, up to sh_offset.
            var whole = length >= Sections + 2 * 64 + 32;
            Assert.Equal(whole, !Refuses(image[..length], "V_2"));
        }
    }

    [Fact]
    public void A_truncated_real_library_is_refused()
    {
        Assert.SkipUnless(File.Exists(NativeTorchTests.Library), "Linux only");
        var image = File.ReadAllBytes(NativeTorchTests.Library);
        var sections = (int)BinaryPrimitives.ReadUInt64LittleEndian(image.AsSpan(0x28));
        foreach (var length in new[] { 6, 63, 64, 4096, sections - 1, sections, sections + 64, sections + 65, sections + 1000 })
        {
            Assert.True(Refuses(image[..length], "GLIBCXX_3.4.32"), $"{length} bytes");
        }
    }

    [Theory]
    [InlineData(Second + 12, 0xfffffff0)] // from the second version back to the first
    [InlineData(Second + 12, 0)]
    [InlineData(Need + 12, 0xffffffff)]
    [InlineData(Entry + 12, 0xfffffff0)]
    public void Entries_in_a_circle_end(int place, uint offset)
    {
        var image = Library();
        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(Need + 2), ushort.MaxValue); // as many as can be claimed
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(Sections + 64 + 44), uint.MaxValue);
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(place), offset);
        Assert.True(Refuses(image, "V_2"));
    }

    [Fact]
    public void Any_damage_ends_in_an_answer_or_a_refusal() =>
        Gen.Select(Gen.Int[0, Library().Length - 1], Gen.Byte).Array[1, 6].Sample(
            damage =>
            {
                var image = Library();
                foreach (var (place, value) in damage)
                {
                    image[place] = value;
                }
                _ = Refuses(image, "V_2"); // any other exception fails the test
            },
            iter: 20_000, threads: 1);

    private static bool Refuses(byte[] image, string version)
    {
        try
        {
            ElfVersionNeeds.MakeWeak(image, version);
            return false;
        }
        catch (BadImageFormatException)
        {
            return true;
        }
    }

    private static int[] Changes(byte[] before, byte[] after) => [.. Enumerable.Range(0, before.Length).Where(i => before[i] != after[i])];

    /// <summary>The parts of a library that matter: one needed library with the versions V_1 and V_2.</summary>
    private static byte[] Library()
    {
        var image = new byte[Sections + 3 * 64];
        void Put16(int at, int value) => BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(at), (ushort)value);
        void Put32(int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(at), value);
        "\u007fELF\u0002\u0001\u0001"u8.CopyTo(image);
        Put32(0x28, Sections); // e_shoff
        Put16(0x3a, 64); // e_shentsize
        Put16(0x3c, 3); // e_shnum: none, the needs, the strings
        Put16(Need, 1); // vn_version
        Put16(Need + 2, 2); // vn_cnt
        Put32(Need + 8, Entry - Need); // vn_aux
        Put32(Entry + 8, 5); // vna_name
        Put32(Entry + 12, Second - Entry); // vna_next
        Put32(Second + 8, 9);
        "\0lib\0V_1\0V_2\0"u8.CopyTo(image.AsSpan(Strings));
        Put32(Sections + 64 + 4, 0x6ffffffe); // sh_type
        Put32(Sections + 64 + 24, Need); // sh_offset
        Put32(Sections + 64 + 40, 2); // sh_link
        Put32(Sections + 64 + 44, 1); // sh_info
        Put32(Sections + 128 + 4, 3); // SHT_STRTAB
        Put32(Sections + 128 + 24, Strings);
        return image;
    }
}
