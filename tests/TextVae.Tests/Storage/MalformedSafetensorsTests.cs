using System.Buffers.Binary;
using System.Text;
using CsCheck;
using TextVae.Storage;
using static TorchSharp.torch;

namespace TextVae.Tests.Storage;

public sealed class MalformedSafetensorsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string File1 => folder["a.safetensors"];

    public void Dispose() => folder.Dispose();

    /// <summary>Header, number of data bytes, what the message must name.</summary>
    public static TheoryData<string, int, string> Headers => new()
    {
        { "", 0, "header: expected a JSON object" },
        { "[]", 0, "header: expected a JSON object" },
        { " {}", 0, "header: expected a JSON object" },
        { "{", 0, "header: " },
        { "{}x", 0, "header: " },
        { "{\"a\":}", 0, "header: " },
        { "{\"\\ud800\":{}}", 0, "header: " },
        { """{"a":{"dtype":"\ud800","shape":[],"data_offsets":[0,4]}}""", 4, "header: " },
        { """{"a":[[[[0]]]]}""", 0, "header: " },
        { """{"a":1}""", 0, "tensor \"a\": found Number, expected an object" },
        { """{"a":{}}""", 0, "tensor \"a\": found 0 keys" },
        { """{"a":{"dtype":"F32","shape":[1],"offsets":[0,4]}}""", 4, "tensor \"a\": found other keys" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":1}}""", 4, "tensor \"a\": found 4 keys" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "header: " },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\u0061":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "header: " },
        { """{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "header: " },
        { """{"__metadata__":{"k":"v","k":"w"}}""", 0, "header: " },
        { """{"__metadata__":[]}""", 0, "__metadata__: found Array, expected an object" },
        { """{"__metadata__":{"k":1}}""", 0, "__metadata__ \"k\": found Number, expected a string" },
        { """{"__metadata__":{"data_sha256":"00"}}""", 0, "data: found SHA-256" },
        { """{"a":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}}""", 4, "tensor \"a\": found dtype \"F31\", expected one of I64, F64, F32" },
        { """{"a":{"dtype":32,"shape":[1],"data_offsets":[0,4]}}""", 4, "tensor \"a\": found dtype \"Number\"" },
        { """{"a":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}""", 4, "tensor \"a\": shape: found Number, expected an array" },
        { """{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "tensor \"a\": shape: found \"-1\", expected whole numbers" },
        { """{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "tensor \"a\": shape: found \"1.5\"" },
        { """{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""", 4, "tensor \"a\": shape: found " },
        { """{"a":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,4]}}""", 4, "tensor \"a\": shape: found \"9223372036854775808\"" },
        { """{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "tensor \"a\": found shape [4294967296, 4294967296], expected a size below" },
        { """{"a":{"dtype":"F32","shape":[0,4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "tensor \"a\": found shape" },
        { """{"a":{"dtype":"F64","shape":[1152921504606846976],"data_offsets":[0,0]}}""", 0, "tensor \"a\": found shape" },
        { """{"a":{"dtype":"F32","shape":[1152921504606846976],"data_offsets":[0,4611686018427387904]}}""", 8, "tensor \"a\": found data_offsets to 4611686018427387904, expected at most 8" },
        { """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[9223372036854775806],"data_offsets":[1,9223372036854775807]}}""", 1, "tensor \"b\": found data_offsets to 9223372036854775807" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "tensor \"a\": found 4 bytes of data, expected 8 for F32 [2]" },
        { """{"a":{"dtype":"F32","shape":[],"data_offsets":[4,0]}}""", 4, "tensor \"a\": found data_offsets [4, 0]" },
        { """{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4,8]}}""", 4, "tensor \"a\": found data_offsets [0, 4, 8]" },
        { """{"a":{"dtype":"F32","shape":[],"data_offsets":[-4,0]}}""", 4, "tensor \"a\": data_offsets: found \"-4\"" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}""", 6, "tensor \"b\": found data_offsets from 2, expected 4: an overlap" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "an overlap" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[6,10]}}""", 10, "tensor \"b\": found data_offsets from 6, expected 4: a hole" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "a hole" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 5, "data: found 5 bytes after the header, expected 4" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 3, "tensor \"a\": found data_offsets to 4, expected at most 3" },
        { $$$"""{"a":{"dtype":"U8","shape":[{{{string.Join(',', Enumerable.Repeat(1, 65))}}}],"data_offsets":[0,1]}}""", 1, "tensor \"a\": shape: found 65 numbers" },
        { $"{{{string.Join(',', Enumerable.Range(0, 4097).Select(i => $"\"{i}\":" + """{"dtype":"U8","shape":[0],"data_offsets":[0,0]}"""))}}}", 0, "header: found more tensors, expected at most 4096" },
    };

    [Theory(DisableDiscoveryEnumeration = true)]
    [MemberData(nameof(Headers))]
    public void A_malformed_header_is_refused(string header, int dataBytes, string expected) =>
        AssertRefused(SafetensorsTests.Build(header, new byte[dataBytes]), expected);

    [Fact]
    public void A_file_that_is_too_short_or_claims_too_much_is_refused()
    {
        AssertRefused([], "header: found a file of 0 bytes, expected at least 8");
        AssertRefused(new byte[7], "header: found a file of 7 bytes");
        AssertRefused([3, 0, 0, 0, 0, 0, 0, 0, (byte)'{', (byte)'}'], "header: found a length of 3 bytes, expected at most 2");
        AssertRefused([1, 0, 16, 0, 0, 0, 0, 0], "header: found a length of 1048577 bytes, expected at most 1048576");
        AssertRefused([255, 255, 255, 255, 255, 255, 255, 255], "header: found a length of 18446744073709551615 bytes");
        AssertRefused(SafetensorsTests.Build([(byte)'{', (byte)'"', 0xff, (byte)'"', (byte)':', (byte)'1', (byte)'}'], []), "header: found bytes that are no UTF-8");
    }

    [Fact]
    public void A_name_in_a_message_is_one_short_line()
    {
        var e = AssertRefused(SafetensorsTests.Build($$"""{"a\n{{new string('x', 500)}}":1}""", []), "tensor \"a\\nxxx");
        Assert.True(e.Message.Length < File1.Length + 200);
    }

    [Fact]
    public void A_missing_file_a_folder_and_a_device_are_refused()
    {
        AssertRefused("not read, ", folder["missing"]);
        AssertRefused("not read, ", folder.Path);
        Assert.SkipUnless(File.Exists("/dev/zero"), "needs /dev/zero");
        AssertRefused("", "/dev/zero");
    }

    [Fact]
    public void Every_truncation_and_every_changed_byte_of_the_data_is_refused()
    {
        var whole = Valid();
        for (var length = 0; length < whole.Length; length++)
        {
            AssertRefused(whole[..length], "");
        }
        var start = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(whole);
        for (var at = start; at < whole.Length; at++)
        {
            var edited = whole.ToArray();
            edited[at] ^= 1;
            AssertRefused(edited, "data: found SHA-256 ");
        }
        AssertRefused([.. whole, 0], "data: found ");
    }

    [Fact]
    public void A_bool_is_0_or_1()
    {
        File.WriteAllBytes(File1, SafetensorsTests.Build("""{"a":{"dtype":"BOOL","shape":[1],"data_offsets":[0,1]}}""", [2]));
        using var file = SafetensorsFile.Open(File1);
        var e = Assert.Throws<InvalidInputException>(() => file.Read("a"));
        Assert.Contains("tensor \"a\": found a bool that is neither 0 nor 1", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_shrinks_while_it_is_open_is_refused()
    {
        File.WriteAllBytes(File1, Valid());
        using var file = SafetensorsFile.Open(File1);
        using (var handle = new FileStream(File1, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
        {
            Assert.SkipWhen(OperatingSystem.IsWindows(), "an open file cannot shrink");
            handle.SetLength(handle.Length - 1);
        }
        Assert.Throws<InvalidInputException>(() => file.Names.Select(file.Read).ToArray());
    }

    [Fact]
    public void Offsets_beyond_2_GB_are_read()
    {
        const long Large = 3L << 30; // a hole in the file system's sense: it takes no room on the disk
        var header = Encoding.UTF8.GetBytes($$$"""{"a":{"dtype":"U8","shape":[{{{Large}}}],"data_offsets":[0,{{{Large}}}]},"b":{"dtype":"U8","shape":[2],"data_offsets":[{{{Large}}},{{{Large + 2}}}]}}""");
        using (var stream = File.Create(File1))
        {
            stream.Write(SafetensorsTests.Build(header, []));
            stream.Seek(Large, SeekOrigin.Current);
            stream.Write([7, 8]);
        }
        using var scope = NewDisposeScope();
        using var file = SafetensorsFile.Open(File1);
        Assert.Equal(new byte[] { 7, 8 }, file.Read("b").bytes.ToArray());
    }

    [Fact]
    public void Any_damage_ends_in_a_whole_file_or_a_refusal()
    {
        var whole = Valid();
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte).Array[1, 4].Sample(
            damage =>
            {
                var bytes = whole.ToArray();
                foreach (var (place, value) in damage)
                {
                    // Half of the damage hits the header's names and numbers, not the file's bulk.
                    bytes[place] = value < 128 ? (byte)"{}[],:\"0123456789F"[value % 18] : value;
                }
                File.WriteAllBytes(File1, bytes);
                try
                {
                    using var scope = NewDisposeScope();
                    using var file = SafetensorsFile.Open(File1);
                    Assert.Equal(Data(bytes).Length, file.Names.Sum(name => file.Read(name).bytes.Length));
                    Assert.True(!file.HasChecksum || Data(bytes).AsSpan().SequenceEqual(Data(whole)));
                }
                catch (InvalidInputException e)
                {
                    Assert.DoesNotContain('\n', e.Message);
                }
            },
            iter: 3000, threads: 1);
    }

    private static byte[] Data(byte[] file) => file[(8 + (int)BinaryPrimitives.ReadInt64LittleEndian(file))..];

    private static byte[] Valid()
    {
        using var scope = NewDisposeScope();
        using var stream = new MemoryStream();
        Safetensors.Write(stream, new Dictionary<string, Tensor>
        {
            ["w"] = arange(6, dtype: ScalarType.Float32).reshape(2, 3),
            ["b"] = arange(3, dtype: ScalarType.Float64),
            ["mask"] = ones(5, dtype: ScalarType.Bool),
            ["none"] = zeros(new long[] { 0, 4 }),
        });
        return stream.ToArray();
    }

    private InvalidInputException AssertRefused(byte[] bytes, string expected)
    {
        File.WriteAllBytes(File1, bytes);
        return AssertRefused(expected, File1);
    }

    private static InvalidInputException AssertRefused(string expected, string path)
    {
        var e = Assert.Throws<InvalidInputException>(() => SafetensorsFile.Open(path).Dispose());
        Assert.Equal(InputKind.RunFolder, e.Kind);
        Assert.StartsWith($"{path}: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
        return e;
    }
}
