using System.Buffers.Binary;
using System.Text;
using CsCheck;
using TextVae.Tests.Data;

namespace TextVae.Tests.Tables;

public sealed class NpyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("<f4", 1)]
    [InlineData(">f4", 2)]
    [InlineData("<f8", 2)]
    [InlineData(">f8", 1)]
    public void Both_floats_both_byte_orders_and_both_versions_are_read(string type, byte version)
    {
        double[] numbers = [1, -0.1, double.NaN, double.NaN, 1e-30, 3e38];
        Assert.Equal([new(0, [1, -0.1f], null), new(1, null, null), new(2, [1e-30f, 3e38f], null)], Read(Npy(Header(type, "(3, 2)"), Bytes(type, numbers), version)));
    }

    [Fact]
    public void The_keys_may_stand_in_any_order_and_nothing_else_may()
    {
        Assert.Equal([new VectorRow(0, [1], null)], Read(Npy("{'shape':(1,1),'fortran_order':False,'descr':'<f4'}", Bytes("<f4", 1))));
        Refuse("{'descr': '<f4', 'fortran_order': False}", "the header {'descr'", "'shape': (texts, latent)");
        Refuse("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1, 1), }", "the header");
        Refuse("{'descr': '<f4', 'descr': '<f4', 'shape': (1, 1), }", "the header");
        Refuse("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1), 'more': 1, }", "the header");
        Refuse("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1, 1), }", "the header");
        Refuse("{'descr': '<f4', 'fortran_order': __import__('os'), 'shape': (1, 1), }", "the header");
        Refuse("", "the header");
    }

    [Theory]
    [InlineData("|O")]
    [InlineData("<f2")]
    [InlineData("=f4")]
    [InlineData("<i4")]
    [InlineData("<c8")]
    [InlineData("<U4")]
    [InlineData("")]
    public void Objects_and_numbers_of_other_types_are_refused(string type) =>
        Refuse(Header(type, "(1, 1)"), $"numbers of type '{type}'", "'<f4', '>f4', '<f8' or '>f8'");

    [Fact]
    public void Fortran_order_is_refused() => Refuse("{'descr': '<f4', 'fortran_order': True, 'shape': (1, 1), }", "Fortran order", "C order");

    [Theory]
    [InlineData("()")]
    [InlineData("(1,)")]
    [InlineData("(1, 1, 1)")]
    [InlineData("(-1, 1)")]
    [InlineData("(1, 16777217)")]
    [InlineData("(1, 4294967297)")]
    [InlineData("(9223372036854775808, 1)")]
    [InlineData("(1, x)")]
    public void Shapes_of_anything_but_rows_of_numbers_are_refused(string shape) => Refuse(Header("<f4", shape), $"the shape {shape}", "(texts, latent)");

    [Theory]
    [InlineData("(2, 1)", "8 for the shape (2, 1)")]
    [InlineData("(0, 1)", "0 for the shape (0, 1)")]
    [InlineData("(9223372036854775807, 16777216)", "618970019642690137382453248")] // 2^63 rows would overflow 64 bits, and no memory is asked for
    public void A_shape_that_is_not_the_file_s_size_is_refused_before_it_is_believed(string shape, string expected) =>
        Refuse(Header("<f4", shape), "4 bytes after the header", expected);

    [Fact]
    public void Rows_without_numbers_are_refused_and_no_rows_are_none()
    {
        Assert.Empty(Read(Npy(Header("<f4", "(0, 5)"), [])));
        Assert.Empty(Read(Npy(Header("<f4", "(0, 0)"), []))); // as older versions of this library wrote it
        Refusal.Is(InputKind.Data, () => Read(Npy(Header("<f4", "(1000000000000, 0)"), [])), "x.npy", "the shape (1000000000000, 0)", "(texts, latent)");
    }

    [Fact]
    public void Other_bytes_are_refused_as_no_file_of_NumPy_s()
    {
        Refusal.Is(InputKind.Data, () => Read("just text, no array"u8.ToArray()), "x.npy", "6a75737420746578", "NumPy");
        Refusal.Is(InputKind.Data, () => Read("PK\x03\x04 an archive .npz"u8.ToArray()), "x.npy", "NumPy");
        Refusal.Is(InputKind.Data, () => Read(Npy(Header("<f4", "(1, 1)"), Bytes("<f4", 1), version: 3)), "version 3.0", "1.0 or 2.0");
        Refusal.Is(InputKind.Data, () => Read(Npy(Header("<f4", "(1, 1)").PadRight(10_001), Bytes("<f4", 1))), "a header of 10,001 bytes", "10,000");
        Refusal.Is(InputKind.Data, () => Read([0x93, .. "NUMPY"u8, 2, 0, 255, 255, 255, 255]), "a header of 4,294,967,295 bytes");
        Refusal.Is(InputKind.Data, () => _ = VectorFile.Read(_folder.Write("x.npy.gz", TemporaryFolder.Gzip("text"))).Count(), "x.npy.gz", "compressed");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_file_that_is_cut_at_any_byte_is_refused(byte version)
    {
        var whole = Npy(Header("<f8", "(2, 3)"), Bytes("<f8", 1, 2, 3, 4, 5, 6), version);
        Assert.Equal(2, Read(whole).Count);
        for (var length = 0; length < whole.Length; length++)
        {
            Refusal.Is(InputKind.Data, () => Read(whole[..length]), "x.npy");
        }
        Refusal.Is(InputKind.Data, () => Read([.. whole, 0]), "x.npy", "49 bytes after the header, expected 48");
    }

    [Fact]
    public void A_header_with_any_byte_changed_is_refused_or_read()
    {
        var whole = Npy(Header("<f4", "(2, 3)"), Bytes("<f4", 1, 2, 3, 4, 5, 6));
        Gen.Select(Gen.Int[0, whole.Length - 25], Gen.Byte).Sample((place, value) =>
        {
            var damaged = (byte[])whole.Clone();
            damaged[place] = value;
            try
            {
                Assert.Equal(6, Read(damaged).Sum(row => row.Vector!.Length));
            }
            catch (InvalidInputException e)
            {
                Assert.StartsWith(_folder["x.npy"], e.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', e.Message);
            }
        }, iter: 2000, threads: 1);
    }

    [Fact]
    public void Numbers_that_are_not_finite_are_refused_with_their_row()
    {
        var header = Header("<f8", "(2, 2)");
        Refusal.Is(InputKind.Data, () => Read(Npy(header, Bytes("<f8", 1, 2, 3, double.PositiveInfinity))), "x.npy: row 2", "Infinity as number 2", "finite");
        Refusal.Is(InputKind.Data, () => Read(Npy(header, Bytes("<f8", 1, 2, 1e39, 4))), "row 2", "number 1", "float32");
        Refusal.Is(InputKind.Data, () => Read(Npy(header, Bytes("<f8", 1, 2, double.NaN, 4))), "row 2", "NaN as number 1");
    }

    private List<VectorRow> Read(byte[] file) => [.. VectorFile.Read(_folder.Write("x.npy", file))];

    private void Refuse(string header, params string[] parts) =>
        Refusal.Is(InputKind.Data, () => Read(Npy(header, Bytes("<f4", 1))), [_folder["x.npy"], .. parts]);

    private static string Header(string type, string shape) => $"{{'descr': '{type}', 'fortran_order': False, 'shape': {shape}, }}   \n";

    private static byte[] Npy(string header, byte[] numbers, byte version = 1)
    {
        var length = new byte[version == 1 ? 2 : 4];
        length[0] = (byte)header.Length;
        length[1] = (byte)(header.Length >> 8);
        return [0x93, .. "NUMPY"u8, version, 0, .. length, .. Encoding.ASCII.GetBytes(header), .. numbers];
    }

    private static byte[] Bytes(string type, params double[] numbers) => [.. numbers.SelectMany(number =>
    {
        var bytes = new byte[type[2] - '0'];
        switch (type)
        {
            case "<f4":
                BinaryPrimitives.WriteSingleLittleEndian(bytes, (float)number);
                break;
            case ">f4":
                BinaryPrimitives.WriteSingleBigEndian(bytes, (float)number);
                break;
            case "<f8":
                BinaryPrimitives.WriteDoubleLittleEndian(bytes, number);
                break;
            default:
                BinaryPrimitives.WriteDoubleBigEndian(bytes, number);
                break;
        }
        return bytes;
    })];
}
