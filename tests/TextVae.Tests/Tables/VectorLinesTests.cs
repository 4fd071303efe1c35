using TextVae.Tests.Data;

namespace TextVae.Tests.Tables;

/// <summary>Vectors of JSON Lines and of the Embedding Projector, as other programs may write them.</summary>
public sealed class VectorLinesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Json_lines_need_no_more_than_a_mean()
    {
        Assert.Equal(
            [new(0, [1, -2.5f], null), new(1, [0.1f, 1e-30f], "a"), new(2, null, "b"), new(3, null, "c"), new(4, null, null)],
            Json("""{"mean":[1,-2.5]}""", "", """{"text":"a","mean":[0.1,1e-30],"more":{}}""", """{"text":"b","mean":null}""", """{"text":"c","fault":"too long"}""", """{"mean":["NaN","NaN"]}"""));
        Assert.Equal([new VectorRow(0, [1], null)], VectorFile.Read(_folder.Write("x.jsonl.gz", TemporaryFolder.Gzip("""{"mean":[1]}"""))));
    }

    [Theory]
    [InlineData("""{"mean":[1,2,3]}""", "3 numbers, expected 2 as in line 1")]
    [InlineData("""{"mean":[1,"2"]}""", "a string in 'mean', expected numbers")]
    [InlineData("""{"mean":[1,null]}""", "null in 'mean', expected numbers")]
    [InlineData("""{"mean":[[1,2]]}""", "an array in 'mean', expected numbers")]
    [InlineData("""{"mean":5}""", "a number in 'mean', expected an array of numbers")]
    [InlineData("""{"mean":[1,1e39]}""", "Infinity as number 2, expected finite numbers of float32")]
    [InlineData("""{"mean":[1,"NaN"]}""", "NaN as number 2")]
    [InlineData("""{"mean":[1,NaN]}""", "no JSON at byte 11")]
    [InlineData("""{"mean":[1,2""", "no JSON")]
    [InlineData("""{"vector":[1,2]}""", "fields vector, expected 'mean' or 'fault'")]
    [InlineData("""{"mean":[1,2],"mean":[3,4]}""", "mean")]
    [InlineData("""{"mean":[1,2],"text":5}""", "a number in 'text', expected a string")]
    [InlineData("[1,2]", "an array, expected an object")]
    public void A_malformed_line_of_JSON_is_refused(string second, string reason) =>
        Refusal.Is(InputKind.Data, () => Json("""{"mean":[1,2]}""", second), _folder["x.jsonl"], "line 2", reason);

    [Fact]
    public void Tabs_part_numbers_in_any_notation_of_the_invariant_culture()
    {
        using var culture = new OtherCulture();
        Assert.Equal([new(0, [1, -2.5f], null), new(1, [1e-5f, 3], null), new(2, null, null)], Tsv("1\t-2.5\r\n+1E-05\t 3.0\nnan\tNaN"));
    }

    [Theory]
    [InlineData("x\ty\n", "line 1", "found 'x'", "no line of names")]
    [InlineData("1\t2\n1,5\t2\n", "line 2", "found '1,5'", "numbers with tabs")]
    [InlineData("1\t2\n1\t\n", "line 2", "found ''")]
    [InlineData("1\t2\n\n1\t2\n", "line 2", "found ''")]
    [InlineData("1\t2\n1\n", "line 2", "1 numbers, expected 2 as in line 1")]
    [InlineData("1\t2\n1\t1e39\n", "line 2", "Infinity as number 2")]
    [InlineData("1\t2\n1\tinf\n", "line 2", "found 'inf'")]
    [InlineData("1\t2\nNaN\t1\n", "line 2", "NaN as number 1")]
    [InlineData("1 2\n", "line 1", "found '1 2'")]
    [InlineData("", "found nothing")]
    public void A_malformed_line_of_numbers_is_refused(string lines, params string[] parts) =>
        Refusal.Is(InputKind.Data, () => Tsv(lines), [_folder["x.tsv"], .. parts]);

    [Fact]
    public void A_line_of_17_million_characters_is_refused() =>
        Refusal.Is(InputKind.Data, () => Tsv("1\n" + new string('1', 17 << 20)), "line 2", "16,777,216");

    private List<VectorRow> Json(params string[] lines) => [.. VectorFile.Read(_folder.Write("x.jsonl", string.Join('\n', lines)))];

    private List<VectorRow> Tsv(string lines) => [.. VectorFile.Read(_folder.Write("x.tsv", lines))];
}
