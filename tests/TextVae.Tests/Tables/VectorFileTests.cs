using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using CsCheck;
using Parquet;
using Parquet.Serialization;
using TextVae.Tests.Data;

namespace TextVae.Tests.Tables;

public sealed class VectorFileTests : IDisposable
{
    private static readonly EncodedText[] Texts =
    [
        Latent.Vectors.Text("one", 0.1f, -2),
        Latent.Vectors.Misfit("much too long", 2),
        Latent.Vectors.Text("", 1e-30f, 0),
        Latent.Vectors.Text("a\ttab\r\nand \"ü\" 🦊", 3, float.MaxValue),
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Npy_files_hold_a_row_for_each_text_as_NumPy_reads_them()
    {
        Write("x.npy", Texts);

        Assert.Equal(["x.npy", "x.std.npy"], _folder.Names);
        Assert.Equal(Texts.SelectMany(text => text.Mean), ReadNpy("x.npy", 4, 2));
        Assert.Equal(Texts.SelectMany(text => text.StandardDeviation), ReadNpy("x.std.npy", 4, 2));
        Write("x.npy", []);
        Assert.Empty(ReadNpy("x.npy", 0, 2));
        Assert.Empty(ReadNpy("x.std.npy", 0, 2));
    }

    [Fact]
    public async Task Parquet_files_hold_texts_and_lists_over_many_row_groups()
    {
        var many = Enumerable.Range(0, 5000).SelectMany(number => number % 1000 == 999 ? Texts : [Latent.Vectors.Text($"text {number}", number, -number)]).ToArray();
        Write("x.parquet", many);

        await using var file = File.OpenRead(_folder["x.parquet"]);
        await using (var reader = await ParquetReader.CreateAsync(file))
        {
            Assert.Equal(2, reader.RowGroupCount);
            Assert.Equal(["text", "mean", "standard_deviation"], reader.Schema.Fields.Select(field => field.Name));
        }
        file.Position = 0;
        var rows = (await ParquetSerializer.DeserializeAsync<Row>(file)).Data;
        Assert.Equal(many.Select(text => text.Text), rows.Select(row => row.text));
        Assert.Equal(many.Select(text => text.Fits ? text.Mean : null), rows.Select(row => row.mean?.ToArray()));
        Assert.Equal(many.Select(text => text.Fits ? text.StandardDeviation : null), rows.Select(row => row.standard_deviation?.ToArray()));
    }

    [Fact]
    public void Json_lines_give_every_number_back_and_say_what_does_not_fit()
    {
        Write("x.jsonl", Texts);
        var lines = File.ReadAllText(_folder["x.jsonl"]).TrimEnd('\n').Split('\n').Select(line => JsonElement.Parse(line)).ToArray();

        Assert.Equal(Texts.Select(text => text.Text), lines.Select(line => line.GetProperty("text").GetString()));
        foreach (var (text, line) in Texts.Zip(lines).Where(pair => pair.First.Fits))
        {
            Assert.Equal(text.Mean, line.GetProperty("mean").EnumerateArray().Select(value => value.GetSingle()));
            Assert.Equal(text.StandardDeviation, line.GetProperty("standard_deviation").EnumerateArray().Select(value => value.GetSingle()));
            Assert.False(line.TryGetProperty("fault", out _));
        }
        Assert.Equal("text 'much too long' is too long", lines[1].GetProperty("fault").GetString());
        Assert.False(lines[1].TryGetProperty("mean", out _));
    }

    [Fact]
    public void The_projectors_files_have_a_line_for_each_text_that_fits()
    {
        Write("x.tsv", Texts);

        Assert.Equal(["x.metadata.tsv", "x.tsv"], _folder.Names);
        Assert.Equal("one\n(empty)\na tab and \"ü\" 🦊\n", File.ReadAllText(_folder["x.metadata.tsv"]));
        var vectors = File.ReadAllLines(_folder["x.tsv"]).Select(line => line.Split('\t').Select(float.Parse));
        Assert.Equal(Texts.Where(text => text.Fits).Select(text => text.Mean), vectors);
    }

    [Theory]
    [InlineData("x.npy")]
    [InlineData("x.parquet")]
    [InlineData("x.jsonl")]
    [InlineData("x.tsv")]
    public void Half_a_file_is_no_file_and_the_old_one_stays(string name)
    {
        Write(name, Texts);
        var before = _folder.Names.ToDictionary(file => file, file => File.ReadAllBytes(_folder[file]));
        Assert.Throws<InvalidOperationException>(() => Write(name, Texts.Concat(Enumerable.Range(0, 1).Select(EncodedText (_) => throw new InvalidOperationException()))));
        Assert.Equal(before.Keys.Order(StringComparer.Ordinal), _folder.Names);
        Assert.All(before, file => Assert.Equal(file.Value, File.ReadAllBytes(_folder[file.Key])));

        var error = Assert.Throws<InvalidInputException>(() => Write($"nowhere/{name}", Texts));
        Assert.Equal(InputKind.Data, error.Kind);
        Assert.Contains("not written", error.Message);
    }

    [Theory]
    [InlineData("x.npy", true, false)]
    [InlineData("x.parquet", true, true)]
    [InlineData("x.jsonl", true, true)]
    [InlineData("x.tsv", false, false)]
    public void What_is_written_is_read_back_to_the_bit(string name, bool keepsMisfits, bool keepsTexts)
    {
        using var culture = new OtherCulture();
        Write(name, Texts);
        var expected = Texts.Where(text => keepsMisfits || text.Fits)
            .Select((text, index) => new VectorRow(index, text.Fits ? text.Mean : null, keepsTexts ? text.Text : null));
        Assert.Equal(expected, VectorFile.Read(_folder[name]));

        Gen.Float.Where(float.IsFinite).Array[3].Array[1, 20].Sample(vectors =>
        {
            VectorFile.Write(_folder[name], vectors.Select(vector => Latent.Vectors.Text("a", vector)), 3);
            Assert.Equal(vectors.Select(vector => (ReadOnlyMemory<float>)vector).Select(Bits), VectorFile.Read(_folder[name]).Select(row => Bits(row.Vector)));
        }, iter: 20, threads: 1);
    }

    [Theory]
    [InlineData("x.jsonl", """{"text":"one","mean":[0.1,-2],"standard_deviation":[0.6,2.5],"unknown":0}""" + "\n"
        + """{"text":"much too long","unknown":0,"fault":"text 'much too long' is too long"}""" + "\n"
        + """{"text":"","mean":[1E-30,0],"standard_deviation":[0.5,0.5],"unknown":0}""" + "\n"
        + """{"text":"a\ttab\r\nand \"ü\" \uD83E\uDD8A","mean":[3,3.4028235E+38],"standard_deviation":[3.5,3.4028235E+38],"unknown":0}""" + "\n")]
    [InlineData("x.tsv", "0.1\t-2\n1E-30\t0\n3\t3.4028235E+38\n")]
    public void Every_byte_is_as_the_format_has_it_whatever_the_culture(string name, string expected)
    {
        using var culture = new OtherCulture();
        Write(name, Texts);
        Assert.Equal(Encoding.UTF8.GetBytes(expected), File.ReadAllBytes(_folder[name]));
        if (name == "x.jsonl")
        {
            using var writer = new StringWriter { NewLine = "\n" };
            VectorFile.Write(writer, Texts);
            Assert.Equal(expected, writer.ToString());
        }
    }

    [Fact]
    public void A_vector_of_another_size_is_not_written()
    {
        Assert.Throws<ArgumentException>(() => VectorFile.Write(_folder["x.npy"], Texts, 3));
        Assert.Empty(_folder.Names);
    }

    [Fact]
    public void Another_extension_is_refused()
    {
        VectorFile.Check("X.NPY");
        Assert.Equal("written as rows of NaN", VectorFile.FateOfMisfits("X.NPY"));
        Refusal.Is(InputKind.Usage, () => VectorFile.Check("x.csv"), "x.csv: found the extension '.csv', expected .npy, .jsonl, .tsv or .parquet");
        Refusal.Is(InputKind.Usage, () => VectorFile.Read("x.ndjson.gz"), "x.ndjson: found the extension '.ndjson'");
        Refusal.Is(InputKind.Data, () => _ = VectorFile.Read(_folder["x.npy"]).Count(), _folder["x.npy"], "no such file");
    }

    private void Write(string name, IEnumerable<EncodedText> texts) => VectorFile.Write(_folder[name], texts, 2);

    /// <summary>Also the sign of 0 counts.</summary>
    private static int[] Bits(ReadOnlyMemory<float> vector) => MemoryMarshal.Cast<float, int>(vector.Span).ToArray();

    private float[] ReadNpy(string name, int rows, int columns)
    {
        var bytes = File.ReadAllBytes(_folder[name]);
        Assert.Equal([0x93, .. "NUMPY\x01\0"u8], bytes[..8]);
        var length = BitConverter.ToUInt16(bytes, 8);
        Assert.Equal(0, (10 + length) % 64);
        Assert.Equal($"{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, {columns}), }}", Encoding.ASCII.GetString(bytes, 10, length).TrimEnd());
        Assert.Equal((byte)'\n', bytes[10 + length - 1]);
        return MemoryMarshal.Cast<byte, float>(bytes.AsSpan(10 + length)).ToArray();
    }

#pragma warning disable IDE1006, CA1812 // columns' names; Parquet.Net makes the rows
    private sealed class Row
    {
        public string? text { get; set; }

        public List<float>? mean { get; set; }

        public List<float>? standard_deviation { get; set; }
    }
#pragma warning restore IDE1006, CA1812
}
