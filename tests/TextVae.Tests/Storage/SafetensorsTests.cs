using System.Buffers.Binary;
using System.Text;
using CsCheck;
using TextVae.Storage;
using static TorchSharp.torch;

namespace TextVae.Tests.Storage;

public sealed class SafetensorsTests : IDisposable
{
    private static readonly ScalarType[] Types =
        [ScalarType.Float32, ScalarType.Float64, ScalarType.Float16, ScalarType.BFloat16, ScalarType.Int64, ScalarType.Int32, ScalarType.Byte, ScalarType.Bool];

    private static readonly Gen<(string Name, ScalarType Type, long[] Shape)[]> GenTensors = Gen.Select(
            Gen.OneOf(Gen.String[Gen.Char.AlphaNumeric, 0, 8], Gen.OneOf("a\"b", "latent.mean", "\n", "weiß", "日本", "😀")),
            Gen.OneOf(Types),
            Gen.Long[0, 4].Array[0, 4])
        .Array[0, 12].Select(tensors => tensors.DistinctBy(t => t.Item1).ToArray());

    private readonly TemporaryFolder folder = new();

    private string File1 => folder["a.safetensors"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_is_written_is_read() => GenTensors.Sample(
        specs =>
        {
            using var scope = NewDisposeScope();
            var tensors = specs.ToDictionary(s => s.Name, s => Random(s.Type, s.Shape));
            Safetensors.Write(File1, tensors, new Dictionary<string, string> { ["k"] = "v\u00e9" });
            using var file = SafetensorsFile.Open(File1);
            Assert.True(file.HasChecksum);
            Assert.Equal([new("k", "v\u00e9")], file.Metadata);
            Assert.Equal(tensors.Keys.Order(), file.Names.Order());
            foreach (var (name, tensor) in tensors)
            {
                AssertSame(tensor, file.Read(name));
                Assert.Equal((tensor.dtype, string.Join(',', tensor.shape)), (file[name].Type, string.Join(',', file[name].Shape)));
                var target = zeros_like(tensor);
                file.ReadInto(name, target);
                AssertSame(tensor, target);
            }
        },
        iter: 200, threads: 1);

    [Fact]
    public void The_same_tensors_give_the_same_bytes_in_any_order() => GenTensors.Sample(
        specs =>
        {
            using var scope = NewDisposeScope();
            var tensors = specs.ToDictionary(s => s.Name, s => Random(s.Type, s.Shape));
            Assert.Equal(Bytes(tensors), Bytes(tensors.Reverse().Select(t => KeyValuePair.Create(t.Key, t.Value.clone()))));
        },
        iter: 50, threads: 1);

    [Fact]
    public void Non_contiguous_tensors_and_parameters_are_written_and_read()
    {
        using var scope = NewDisposeScope();
        var transposed = rand(5, 7).t();
        var strided = rand(10, 4)[.., TensorIndex.Slice(0, null, 2)];
        var expanded = rand(1, 3).expand(4, 3);
        var parameter = nn.Parameter(rand(2, 2));
        Safetensors.Write(File1, new Dictionary<string, Tensor> { ["t"] = transposed, ["s"] = strided, ["e"] = expanded, ["p"] = parameter });
        using var file = SafetensorsFile.Open(File1);
        AssertSame(transposed.contiguous(), file.Read("t"));
        AssertSame(strided.contiguous(), file.Read("s"));
        AssertSame(expanded.contiguous(), file.Read("e"));
        var target = zeros(5, 7).t();
        file.ReadInto("t", target);
        AssertSame(transposed.contiguous(), target.contiguous());
        var trained = nn.Parameter(zeros(2, 2));
        file.ReadInto("p", trained);
        AssertSame(parameter.detach(), trained.detach());
        Assert.True(trained.requires_grad);
    }

    [Fact]
    public void A_tensor_larger_than_one_part_is_written_and_read()
    {
        using var scope = NewDisposeScope();
        var tensor = arange(0, (1 << 20) * 2 + 3, dtype: ScalarType.Int32);
        Safetensors.Write(File1, new Dictionary<string, Tensor> { ["t"] = tensor });
        using var file = SafetensorsFile.Open(File1);
        AssertSame(tensor, file.Read("t"));
    }

    [Fact]
    public void A_file_by_the_formats_specification_is_read()
    {
        // From the specification: 8 bytes of length, the header, the data; bfloat16 is the upper half of a float32.
        var header = """{"__metadata__":{"format":"pt"},"b":{"dtype":"BF16","shape":[2],"data_offsets":[8,12]},"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"n":{"dtype":"BOOL","shape":[],"data_offsets":[12,13]}}  """;
        File.WriteAllBytes(File1, Build(header, [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 0x80, 0x3f, 0, 0xc0, 1]));
        using var scope = NewDisposeScope();
        using var file = SafetensorsFile.Open(File1);
        Assert.False(file.HasChecksum);
        Assert.Equal([new("format", "pt")], file.Metadata);
        Assert.Equal(["a", "b", "n"], file.Names);
        AssertSame(tensor(new[,] { { 1f, -2f } }), file.Read("a"));
        AssertSame(tensor(new[] { 1f, -2f }).to(ScalarType.BFloat16), file.Read("b"));
        AssertSame(tensor(true), file.Read("n"));
    }

    [Fact]
    public void A_written_file_is_laid_out_as_specified()
    {
        var bytes = Bytes(new Dictionary<string, Tensor> { ["b"] = tensor(1f), ["a"] = tensor(new byte[] { 7 }), ["c"] = tensor(2f) });
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        Assert.Equal(0, length % 8);
        var header = Encoding.UTF8.GetString(bytes, 8, length).TrimEnd(' ');
        // The SHA-256 of 00 00 80 3f 00 00 00 40 07, from another program.
        Assert.Equal(
            """{"__metadata__":{"data_sha256":"96fdc6ddd9b97f6f121197ecdce54756b5a2d46dbd9c46c57ed8d2285bea1b70"},"b":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"c":{"dtype":"F32","shape":[],"data_offsets":[4,8]},"a":{"dtype":"U8","shape":[1],"data_offsets":[8,9]}}""",
            header);
        Assert.Equal(new byte[] { 0, 0, 0x80, 0x3f, 0, 0, 0, 0x40, 7 }, bytes[(8 + length)..]);
    }

    [Fact]
    public void Only_a_fitting_target_is_filled()
    {
        using var scope = NewDisposeScope();
        Safetensors.Write(File1, new Dictionary<string, Tensor> { ["w"] = rand(2, 3) });
        using var file = SafetensorsFile.Open(File1);
        AssertRefused("tensor \"w\": found shape [2, 3], expected [3, 2]", () => file.ReadInto("w", rand(3, 2)));
        AssertRefused("tensor \"w\": found type Float32, expected Float64", () => file.ReadInto("w", rand(2, 3, dtype: ScalarType.Float64)));
        AssertRefused("tensor \"v\": not found", () => file.Read("v"));
    }

    [Fact]
    public void What_the_format_cannot_hold_is_not_written()
    {
        using var scope = NewDisposeScope();
        var one = ones(1);
        Assert.Throws<ArgumentException>(() => Bytes([new("a", one), new("a", one)]));
        Assert.Throws<ArgumentException>(() => Bytes([new("__metadata__", one)]));
        Assert.Throws<ArgumentException>(() => Bytes([new("a", ones(1, dtype: ScalarType.ComplexFloat32))]));
        Assert.Throws<ArgumentException>(() => Bytes(Enumerable.Range(0, 4097).Select(i => KeyValuePair.Create($"{i}", one))));
        Assert.Throws<ArgumentException>(() => Bytes([new(new string('a', 1 << 20), one)]));
        Assert.Throws<ArgumentException>(() => Safetensors.Write(Stream.Null, [], new Dictionary<string, string> { ["data_sha256"] = "" }));
    }

    internal static byte[] Build(string header, byte[] data) => Build(Encoding.UTF8.GetBytes(header), data);

    internal static byte[] Build(byte[] header, byte[] data)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, header.Length);
        return [.. bytes, .. header, .. data];
    }

    private void AssertRefused(string message, Action action)
    {
        var e = Assert.Throws<InvalidInputException>(action);
        Assert.Equal((InputKind.RunFolder, $"{File1}: {message}"), (e.Kind, e.Message));
    }

    private static byte[] Bytes(IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        using var stream = new MemoryStream();
        Safetensors.Write(stream, tensors);
        return stream.ToArray();
    }

    private static Tensor Random(ScalarType type, long[] shape) => (randn(shape) * 100).to(type);

    private static void AssertSame(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.dtype, actual.dtype);
        Assert.Equal(expected.shape, actual.shape);
        Assert.True(expected.bytes.SequenceEqual(actual.bytes));
    }
}
