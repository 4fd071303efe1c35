using System.Text.Json;

namespace TextVae.Cli.Tests.Commands;

/// <summary><c>decode</c>: what <c>encode</c> wrote, or another program.</summary>
public sealed class DecodeCommandTests : IDisposable
{
    private const string Long = "a cat eats many owls";

    private readonly TemporaryFolder _folder;

    public DecodeCommandTests(TrainedRun trained)
    {
        _folder = trained.Copy();
        _folder.Write("texts.txt", $"cat eats owls\n{Long}\ndog sees bees\n");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("x.npy")]
    [InlineData("x.jsonl")]
    [InlineData("x.parquet")]
    public void Encoded_texts_are_decoded_as_they_are_reconstructed_and_rows_without_vectors_are_named(string file)
    {
        Run("encode", "run", "--data", "texts.txt", "--out", file).Succeeded();

        var ended = Run("decode", "run", "--vectors", file);
        Assert.Equal(Reconstructed(), ended.Succeeded());
        Assert.Equal("left out, as there is no vector: row 2", Assert.Single(ended.ErrorLines));

        var lines = Run("decode", "run", "--vectors", file, "--json").Succeeded().Select(line => JsonElement.Parse(line)).ToArray();
        Assert.Equal([1, 2, 3], lines.Select(line => line.GetProperty("row").GetInt64()));
        Assert.Equal(Reconstructed(), new[] { lines[0], lines[2] }.Select(line => line.GetProperty("text").GetString()));
        Assert.True(lines[0].GetProperty("log_probability").GetDouble() < 0);
        Assert.Equal("vector: found no numbers; expected 4, the model's latent size", lines[1].GetProperty("fault").GetString());
        Assert.False(lines[1].TryGetProperty("text", out _));
    }

    [Fact]
    public void The_Projectors_file_has_the_texts_that_fit()
    {
        Run("encode", "run", "--data", "texts.txt", "--out", "x.tsv").Succeeded();
        var ended = Run("decode", "run", "--vectors", "x.tsv");
        Assert.Equal(Reconstructed(), ended.Succeeded());
        Assert.Equal("", ended.Error);
    }

    [Fact]
    public void Rows_go_into_a_table_with_their_numbers()
    {
        Run("encode", "run", "--data", "texts.txt", "--out", "x.npy").Succeeded();
        Assert.Empty(Run("decode", "run", "--vectors", "x.npy", "--out", "y.csv").Succeeded());
        var rows = File.ReadAllLines(_folder["y.csv"]);
        Assert.Equal("row,text,log_probability", rows[0]);
        Assert.Equal(["1", "3"], rows[1..].Select(row => row.Split(',')[0]));
        Assert.Equal(Reconstructed(), rows[1..].Select(row => row.Split(',')[1]));
    }

    [Fact]
    public void Decoding_takes_the_options_of_sample()
    {
        _folder.Write("x.tsv", "0\t0.5\t-1\t2\n0\t0\t0\t0\n");
        Assert.All(Run("decode", "run", "--vectors", "x.tsv", "--regex", "(cat|dog) [a-z]{5}").Succeeded(), text => Assert.Matches(@"^(cat|dog) [a-z]{5}\z", text));
        string[] Drawn(string seed) => Run("decode", "run", "--vectors", "x.tsv", "--temperature", "2", "--seed", seed).Succeeded();
        Assert.Equal(Drawn("5"), Drawn("5"));
        Assert.NotEqual(Drawn("5"), Drawn("6"));
    }

    [Fact]
    public void What_cannot_be_is_refused()
    {
        _folder.Write("x.tsv", "0\t0.5\t-1\n");
        _folder.Write("bad.tsv", "0\t0.5\t-1\tmany\n");
        Refusal.Of(2, Run("decode", "run", "--vectors", "x.tsv"), "x.tsv", "found vectors of 3 numbers", "expected 4");
        Refusal.Of(2, Run("decode", "run", "--vectors", "bad.tsv"), "bad.tsv", "line 1", "'many'");
        Refusal.Of(2, Run("decode", "run", "--vectors", "nothing.npy"), "nothing.npy", "no such file");
        Refusal.Of(1, Run("decode", "run", "--vectors", "x.csv"), "x.csv", "'.csv'", ".npy");
        Refusal.Of(1, Run("decode", "run", "--vectors", "x.tsv", "--out", "y.doc"), "y.doc", "expected");
        Refusal.Of(1, Run("decode", "run"), "--vectors");
    }

    private string[] Reconstructed() =>
        [.. Run("reconstruct", "run", "cat eats owls", "dog sees bees").Succeeded().Where((_, line) => line % 2 == 1).Select(line => line["→ ".Length..])];

    private Ended Run(params string[] arguments) => TextVaeProcess.Run(_folder, arguments);
}
