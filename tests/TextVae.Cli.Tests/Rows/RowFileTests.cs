using System.Globalization;
using System.Text.Json;
using CsvHelper;
using TextVae.Cli.Rows;

namespace TextVae.Cli.Tests.Rows;

public class RowFileTests
{
    private static readonly Column[] Columns = [new("text", typeof(string)), new("log_probability", typeof(double))];

    private static readonly (string Text, double LogProbability)[] Rows =
    [
        ("plain", -1), ("with, comma", -0.1), ("\"quoted\" and 'so'", -1 / 3.0), ("two\nlines\r\nor three", -1e-300), ("", 0), (" spaces\t", -12345.6789),
        ("weiß 日本 😀 </script>", double.MinValue), ("=1+1", -2),
    ];

    private static string Write(TemporaryFolder folder, string name, IEnumerable<(string Text, double LogProbability)> rows)
    {
        RowFile.Write(folder[name], Columns, writer =>
        {
            foreach (var (text, logProbability) in rows)
            {
                writer.Write(text, logProbability);
            }
        });
        return folder[name];
    }

    [Fact]
    public void Json_lines_come_back_as_they_were()
    {
        using var folder = new TemporaryFolder();
        var lines = File.ReadAllLines(Write(folder, "x.jsonl", Rows)).Select(line => JsonElement.Parse(line));
        Assert.Equal(Rows, lines.Select(line => (line.GetProperty("text").GetString()!, line.GetProperty("log_probability").GetDouble())));
    }

    [Fact]
    public void Csv_comes_back_as_it_was()
    {
        using var folder = new TemporaryFolder();
        using var reader = CsvReader.FromFile(Write(folder, "x.CSV", Rows));
        var rows = new List<(string, double)>();
        reader.ReadHeader();
        Assert.Equal(["text", "log_probability"], reader.Headers.ToArray());
        while (reader.Read())
        {
            rows.Add((reader.GetString(0), double.Parse(reader.GetString(1), CultureInfo.InvariantCulture)));
        }
        Assert.Equal(Rows, rows);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20_003)]
    public async Task Parquet_comes_back_as_it_was_in_any_number_of_groups(int count)
    {
        using var folder = new TemporaryFolder();
        var many = Enumerable.Range(0, count).Select(number => (Rows[number % Rows.Length].Text, (double)number)).ToList();
        var (names, rows) = await ParquetTable.Read(Write(folder, "x.parquet", many));
        Assert.Equal(["text", "log_probability"], names);
        Assert.Equal(many, rows);
    }

    [Fact]
    public void Plain_text_has_a_line_for_each_text()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal("plain\ntwo⏎lines\n", File.ReadAllText(Write(folder, "x.txt", [("plain", -1), ("two\nlines", -2)])));
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
        Assert.Throws<TimeoutException>(() => RowFile.Write(folder[name], Columns, writer =>
        {
            writer.Write("new", -1.0);
            throw new TimeoutException();
        }));
        Assert.Equal("old", File.ReadAllText(folder[name]));
        Assert.Single(Directory.GetFiles(folder.Path));
    }
}
