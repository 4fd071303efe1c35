using System.Text.Json;

namespace TextVae.Cli.Tests.Commands;

public class EncodeCommandTests(TrainedRun trained)
{
    private const string Long = "a cat eats many owls";

    [Fact]
    public void Texts_become_a_line_of_JSON_each_and_one_that_does_not_fit_keeps_its_line()
    {
        var ended = Encode("cat eats owls", Long, "c@t");
        var lines = ended.Succeeded().Select(line => JsonElement.Parse(line)).ToArray();

        Assert.Equal(["cat eats owls", Long, "c@t"], lines.Select(line => line.GetProperty("text").GetString()));
        Assert.Equal(4, lines[0].GetProperty("mean").GetArrayLength());
        Assert.All(lines[0].GetProperty("standard_deviation").EnumerateArray(), value => Assert.True(value.GetSingle() > 0));
        Assert.Contains("found 20 tokens", lines[1].GetProperty("fault").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, lines[2].GetProperty("unknown").GetInt32());
        Assert.Equal(2, ended.ErrorLines.Length);
        Assert.Contains("1 of 3 texts written without vectors", ended.ErrorLines[0], StringComparison.Ordinal);
        Assert.Contains("number 2, text 'a cat eats many owls': found 20 tokens", ended.ErrorLines[0], StringComparison.Ordinal);
        Assert.StartsWith("1 characters that the model does not know", ended.ErrorLines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x.npy", "x.std.npy")]
    [InlineData("x.tsv", "x.metadata.tsv")]
    [InlineData("x.jsonl")]
    [InlineData("x.parquet")]
    public void A_file_of_texts_becomes_what_the_extension_says(params string[] files)
    {
        using var folder = trained.Copy();
        var ended = TextVaeProcess.Run(folder, "encode", "run", "--data", "animals.txt", "--out", files[0]);
        Assert.Empty(ended.Succeeded());
        Assert.Equal("", ended.Error);
        Assert.All(files, file => Assert.True(new FileInfo(folder[file]).Length > 0));
        if (files[0] == "x.npy")
        {
            Assert.All(files, file => Assert.Equal(128 + 320 * 4 * sizeof(float), new FileInfo(folder[file]).Length));
        }
    }

    [Fact]
    public void What_cannot_be_is_refused()
    {
        Refusal.Of(1, Encode(), "TEXT", "--data");
        Refusal.Of(1, Encode("cat", "--data", "animals.txt"), "TEXT", "--data");
        Refusal.Of(1, Encode("cat", "--out", "x.csv"), "x.csv", "'.csv'", ".npy");
        Refusal.Of(2, Encode("cat", "--out", "nowhere/x.npy"), "nowhere/x.npy", "not written");
        Refusal.Of(2, Encode("--data", "nothing.txt"), "nothing.txt", "found no such file");
        Refusal.Of(2, Encode("--data", "nothing.txt", "--out", "x.npy"), "nothing.txt", "found no such file");
        Assert.False(File.Exists(trained.Folder["x.npy"]));
    }

    [Fact]
    public void An_empty_file_is_refused()
    {
        using var folder = trained.Copy();
        folder.Write("empty.txt", "");
        foreach (var command in new[] { new[] { "encode", "run" }, ["neighbors", "run", "cat"], ["duplicates", "run"], ["centroid", "run"] })
        {
            Refusal.Of(2, TextVaeProcess.Run(folder, [.. command, "--data", "empty.txt"]), "empty.txt", "found nothing");
        }
    }

    private Ended Encode(params string[] arguments)
    {
        trained.Training.Succeeded();
        return TextVaeProcess.Run(trained.Folder, ["encode", "run", .. arguments]);
    }
}
