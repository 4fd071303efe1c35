using System.Globalization;
using System.Text.Json;
using CsvHelper;
using Parquet;
using Parquet.Serialization;
using Parquet.Serialization.Attributes;
using TextVae.Data;
using TextVae.Tests.Data;

namespace TextVae.Tests.Tables;

public class TextTableTests
{
    private static readonly GeneratedText[] Rows =
    [
        new("plain", -1), new("with, comma", -0.1), new("\"quoted\" and 'so'", -1 / 3.0), new("two\nlines\r\nor three", -1e-300), new("", 0), new(" spaces\t", -12345.6789),
        new("weiß 日本 😀 </script>", double.MinValue), new("=1+1", double.NegativeInfinity),
    ];

    private static string Write(TemporaryFolder folder, string name, IEnumerable<GeneratedText> rows)
    {
        TextTable.Write(folder[name], rows);
        return folder[name];
    }

    [Fact]
    public void Json_lines_come_back_as_they_were()
    {
        using var folder = new TemporaryFolder();
        var lines = File.ReadAllLines(Write(folder, "x.jsonl", Rows)).Select(line => JsonSerializer.Deserialize<GeneratedText>(line, ReportJson.Options));
        Assert.Equal(Rows, lines);
    }

    [Fact]
    public void Csv_comes_back_as_it_was()
    {
        using var folder = new TemporaryFolder();
        using var reader = CsvReader.FromFile(Write(folder, "x.CSV", Rows));
        var rows = new List<GeneratedText>();
        reader.ReadHeader();
        Assert.Equal(["text", "log_probability"], reader.Headers.ToArray());
        while (reader.Read())
        {
            rows.Add(new(reader.GetString(0), double.Parse(reader.GetString(1), CultureInfo.InvariantCulture)));
        }
        Assert.Equal(Rows, rows);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20_003)]
    public async Task Parquet_comes_back_as_it_was_in_groups_of_10000(int count)
    {
        using var folder = new TemporaryFolder();
        var many = Enumerable.Range(0, count).Select(number => new GeneratedText(Rows[number % Rows.Length].Text, number)).ToList();
        await using var file = File.OpenRead(Write(folder, "x.parquet", many));
        await using (var reader = await ParquetReader.CreateAsync(file))
        {
            Assert.Equal(["text", "log_probability"], reader.Schema.Fields.Select(field => field.Name));
            Assert.Equal((count + 9_999) / 10_000, reader.RowGroupCount);
        }
        file.Position = 0;
        Assert.Equal(many, (await ParquetSerializer.DeserializeAsync<Row>(file)).Data.Select(row => new GeneratedText(row.text, row.log_probability)));
    }

    [Theory]
    [InlineData("x.jsonl")]
    [InlineData("x.csv")]
    [InlineData("x.parquet")]
    public void The_texts_of_a_table_are_read_as_texts(string name)
    {
        using var folder = new TemporaryFolder();
        string Ends(string text) => (name == "x.csv" ? text.ReplaceLineEndings("\n") : text).Trim('\r', '\n');
        Assert.Equal(Rows.Select(row => Ends(row.Text)), TextFile.Of(Write(folder, name, Rows)).Texts());
    }

    [Theory]
    [InlineData("x.txt", "plain\ntwo⏎lines\n\n")]
    [InlineData("x.jsonl", """{"text":"plain","log_probability":-0.5}""" + "\n" + """{"text":"two\nlines","log_probability":-1E+300}""" + "\n" + """{"text":"","log_probability":"NaN"}""" + "\n")]
    [InlineData("x.csv", "text,log_probability\r\nplain,-0.5\r\n\"two\nlines\",-1E+300\r\n,NaN\r\n")]
    public void Every_byte_is_as_the_format_has_it_whatever_the_culture(string name, string expected)
    {
        using var culture = new OtherCulture();
        using var folder = new TemporaryFolder();
        Assert.Equal(expected, File.ReadAllText(Write(folder, name, [new("plain", -0.5), new("two\nlines", -1e300), new("", double.NaN)])));
    }

    [Fact]
    public void Any_record_of_texts_and_numbers_is_a_row()
    {
        using var folder = new TemporaryFolder();
        TextTable.Write(folder["x.csv"], [new Neighbor(7, "a, b", 0.25)]);
        Assert.Equal("index,text,distance\r\n7,\"a, b\",0.25\r\n", File.ReadAllText(folder["x.csv"]));
        TextTable.Write(folder["x.txt"], [new Neighbor(7, "a", 0.25)]);
        Assert.Equal("a\n", File.ReadAllText(folder["x.txt"]));
        Assert.Throws<ArgumentException>(() => TextTable.Write(folder["y.csv"], [new { Number = 1L }]));
        Assert.Throws<ArgumentException>(() => TextTable.Write(folder["y.csv"], [new { Text = "a", Numbers = new[] { 1 } }]));
        Assert.Equal(["x.csv", "x.txt"], folder.Names);
    }

    [Theory]
    [InlineData("x.txt")]
    [InlineData("x.jsonl")]
    [InlineData("x.csv")]
    [InlineData("x.parquet")]
    public void Work_that_fails_leaves_the_old_file(string name)
    {
        using var folder = new TemporaryFolder();
        folder.Write(name, "old");
        Assert.Throws<TimeoutException>(() => TextTable.Write<GeneratedText>(folder[name], add =>
        {
            add(new("new", -1));
            throw new TimeoutException();
        }));
        Assert.Equal("old", File.ReadAllText(folder[name]));
        Assert.Equal([name], folder.Names);
        Refusal.Is(InputKind.Data, () => TextTable.Write(folder[$"nowhere/{name}"], Rows), name, "not written");
    }

    [Fact]
    public void Another_extension_is_refused()
    {
        Refusal.Is(InputKind.Usage, () => TextTable.Check("x.npy"), "x.npy: found the extension '.npy', expected .txt, .jsonl, .csv or .parquet");
        Refusal.Is(InputKind.Usage, () => TextTable.Write("x", Rows), "x: found the extension ''");
        TextTable.Check("X.CSV");
    }

#pragma warning disable IDE1006, CA1812 // columns' names; Parquet.Net makes the rows
    private sealed class Row
    {
        [ParquetRequired]
        public string text { get; set; } = "";

        public double log_probability { get; set; }
    }
#pragma warning restore IDE1006, CA1812
}
