using CsCheck;
using TextVae.Data;
using TextVae.Tests.Data;

namespace TextVae.Tests.Tables;

public class DelimitedTextTests
{
    [Theory]
    [InlineData("text\na\nb\n", null)]
    [InlineData("tweet\na\nb", null)]
    [InlineData("id,text,tweet\n1,a,x\n2,b,y\n", null)]
    [InlineData("id,tweet\r\n1,a\r\n\r\n2,b\r\n", "tweet")]
    [InlineData("\ufeffid,tweet\n1,\"a\"\n2,b\n", "tweet")]
    [InlineData("1,a\n2,b\n", "2")]
    [InlineData("a\nb\n", "1")]
    public void The_column_is_the_one_asked_for_or_the_only_one_or_text(string table, string? column)
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(["a", "b"], Texts(folder.Write("a.csv", table), column));
        if (!table.Contains('"', StringComparison.Ordinal))
        {
            Assert.Equal(["a", "b"], Texts(folder.Write("A.TSV", table.Replace(',', '\t')), column));
        }
    }

    [Theory]
    [InlineData("id;text\n1;a, b\n2;\"c; d\"\n", null)]
    [InlineData("\"id\";\"text\"\r\n\"1\";\"a, b\"\r\n\"2\";\"c; d\"\r\n", "text")]
    [InlineData("id|lang|text\n1|en|a, b\n2|en|c; d", "Text")]
    [InlineData("id\ttext\n1\ta, b\n2\tc; d\n", "TEXT")]
    [InlineData("1;a, b\n2;\"c; d\"\n", "2")]
    [InlineData("1,\"a, b\"\n2,c; d\n", "2")]
    [InlineData(",0\n0,\"a, b\"\n1,c; d\n", "0")] // as pandas writes columns without names
    [InlineData("text\n\"a, b\"\nc; d\n", null)]
    public void What_is_between_the_cells_is_what_the_rows_agree_on_and_capitals_and_numbers_find_a_column(string table, string? column)
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(["a, b", "c; d"], Texts(folder.Write("a.csv", table), column));
    }

    [Fact]
    public void Line_ends_around_a_cell_are_no_part_of_its_text_and_those_within_stay()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(["a", "b\n\nc"], Texts(folder.Write("a.csv", "id,text\n1,\"\r\na\n\n\"\n2,\"b\n\nc\n\"\n")));
        Assert.Equal(["a", "b\n\nc"], Texts(folder.Write("a.jsonl", """{"text":"\na\r\n"}""" + "\n" + """{"text":"b\n\nc\n"}""")));
    }

    [Fact]
    public void The_column_that_was_taken_is_said_where_nobody_named_it()
    {
        using var folder = new TemporaryFolder();
        string? Said(string name, string table, string? column = null) => TextFile.Of(folder.Write(name, table)).ColumnNote(column)?.Replace(folder[name], name, StringComparison.Ordinal);
        Assert.Equal("a.csv: the texts are in column 'text' of id, text", Said("a.csv", "id,text\n1,a\n"));
        Assert.Equal("a.tab: the texts are in column 'tweet', the only one", Said("a.tab", "tweet\na\n"));
        Assert.Equal("a.jsonl: the texts are in column 'b' of a, b", Said("a.jsonl", """{"a":1,"b":"c"}"""));
        Assert.Equal("a.json: the texts are in column 'b' of a, b", Said("a.json", """[{"a":1,"b":"c"}]"""));
        Assert.Equal("a.csv: the texts are in column 'Text' of id, Text", Said("a.csv", "id,Text\n1,a\n", "text"));
        Assert.Equal("a.csv: the texts are in column number 2 of 2, in a file without their names", Said("a.csv", "1,a\n", "2"));
        Assert.Null(Said("a.csv", "id,text\n1,a\n", "text"));
        Assert.Null(Said("a.json", """["a"]"""));
        Assert.Null(Said("a.txt", "a\n"));
        using var corpus = Corpus.Load(new DataConfig { Length = 16 }, [folder.Write("b.csv", "id,text\n" + string.Concat(Enumerable.Range(0, 99).Select(number => $"{number},text {number}\n")))]);
        Assert.Equal($"{folder["b.csv"]}: the texts are in column 'text' of id, text", Assert.Single(corpus.Notes));
    }

    [Fact]
    public void Tabs_in_each_line_are_columns_where_the_first_names_the_texts_and_are_noted_elsewhere()
    {
        using var folder = new TemporaryFolder();
        string? Noted(string path) => TextFile.Of(path).ColumnNote();
        Assert.Equal(["a", "b"], Texts(folder.Write("a.dat", "id\tText\r\n1\ta\r\n2\tb\r\n")));
        Assert.Equal($"{folder["a.dat"]}: the texts are in column 'Text' of id, Text", Noted(folder["a.dat"]));
        foreach (var (name, lines) in new[] { ("b.txt", "id\ttext\n1\ta\n"), ("b.dat", "id\tname\n1\ta\n"), ("b.log", "\ta\n\tb\n") })
        {
            Assert.Equal(lines.TrimEnd('\n').Split('\n'), Texts(folder.Write(name, lines)));
            Assert.Equal($"{folder[name]}: each of the first lines has 1 tab and is read as one text; where these part columns, expected a name that ends with .tsv", Noted(folder[name]));
        }
        Assert.Null(Noted(folder.Write("c.dat", "id\ttext\n1\ta\tb\n")));
        Assert.Null(Noted(folder.Write("d.dat", "a\tb")));
        Assert.Null(Noted(folder.Write("e.txt", "a\nb\n")));
    }

    [Fact]
    public void Quotes_hold_commas_quotes_and_line_breaks_in_csv_and_are_characters_in_tsv()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(["a, \"b\"", "two\nlines", "", " c "], Texts(folder.Write("a.csv", "id,text\r\n1,\"a, \"\"b\"\"\"\r\n2,\"two\r\nlines\"\r\n3,\r\n4, c \r\n")));
        Assert.Equal(["\"National\" day, \"", "a\"b"], Texts(folder.Write("a.tsv", "id\ttext\n2\t\"National\" day, \"\n0\ta\"b\n")));
    }

    [Fact]
    public void What_is_written_by_the_rules_is_read_back()
    {
        using var folder = new TemporaryFolder();
        Gen.String[Gen.Char["ab,\"\n é😀"], 0, 8].Where(text => !text.Any(char.IsSurrogate)).Array[1, 20].Sample(texts =>
        {
            var rows = texts.Select((text, row) => $"{row},\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"\r\n");
            Assert.Equal(texts.Select(text => text.Trim('\n')), Texts(folder.Write("a.csv", "id,text\r\n" + string.Concat(rows))));
        }, iter: 100, threads: 1);
    }

    [Fact]
    public void Rows_across_blocks_stay_whole()
    {
        using var folder = new TemporaryFolder();
        Gen.Int[65_500, 65_540].Sample(n =>
        {
            string[] texts = [new string('x', n), "é\n😀", "end"];
            Assert.Equal(texts, Texts(folder.Write("a.csv", "text\r\n" + string.Concat(texts.Select(text => $"\"{text}\"\r\n")))));
        }, iter: 10, threads: 1);
    }

    [Fact]
    public void A_malformed_row_is_refused_with_its_line()
    {
        using var folder = new TemporaryFolder();
        Refuse(folder, "id,text\n1,a\n2,b, c\n", null, "line 3", "3 fields", "2 were expected");
        Refuse(folder, "id,text\n1,\"a\nb\"\n2\n", null, "line 4", "1 fields");
        Refuse(folder, "id,text\n1,a \"quote\"\n", null, "line 2", "a quote inside");
        Refuse(folder, "id,text\n1,\"a\" b\n", null, "line 2", "after the closing quote");
        Refuse(folder, "id,text\n1,a\n2,\"b\n3,c\n", null, "line 3", "never closed");
        Refuse(folder, "id,text\n1,\"" + new string('x', 17 << 20), null, "line 2", "16777216");
        Refuse(folder, "id,text\n1,\0\n", null, "line 2", "NUL");
        Refusal.Is(InputKind.Data, () => _ = Texts(folder.Write("a.tsv", "id\ttext\n1\ta\tb\n")).Count(), "a.tsv: line 2", "3 fields");
        Refusal.Is(InputKind.Data, () => _ = Texts(folder.Write("latin.csv", [.. "text\na\n"u8, 0xe9, (byte)'\n'])).Count(), "latin.csv: line 3", "0xe9", "UTF-8");
    }

    [Fact]
    public void A_column_that_is_not_there_is_refused_with_those_that_are()
    {
        using var folder = new TemporaryFolder();
        Refuse(folder, "id,tweet\n1,a\n", null, "id, tweet", "'text', or a choice of one");
        Refuse(folder, "id,tweet\n1,a\n", "twit", "id, tweet", "'twit'");
        Refuse(folder, "Tweet,tweet\n1,a\n", "TWEET", "Tweet, tweet", "just one called 'TWEET'");
        Refuse(folder, "id,text,text\n1,a,b\n", null, "id, text, text", "just one called 'text'");
        Refuse(folder, "id,text\n1,a\nid,text\n2,b\n", null, "id, text, a second time");
        Refuse(folder, "A cat sees some dogs and owls\nA dog\n", null, "line 1", "'A cat sees some dogs and owls', which looks like a text");
        Refuse(folder, "1,a\n", "3", "2 columns", "numbered 3");
        Refuse(folder, "1,a\n", "0", "2 columns", "numbered 0");
        Refuse(folder, "id;text\n1;a;b\n", null, "'id;text'", "commas");
        Refuse(folder, "", null, "found nothing");
    }

    private static IEnumerable<string> Texts(string path, string? column = null) => TextFile.Of(path).Texts(column);

    private static void Refuse(TemporaryFolder folder, string table, string? column, params string[] parts) =>
        Refusal.Is(InputKind.Data, () => _ = Texts(folder.Write("a.csv", table), column).Count(), ["a.csv: ", .. parts]);
}
