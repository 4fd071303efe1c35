using TextVae.Shards;

namespace TextVae.Tests.Shards;

public sealed class ShardSetTests : IDisposable
{
    private const int Items = 10;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("jsonl")]
    [InlineData("csv")]
    [InlineData("txt")]
    [InlineData("parquet")]
    public void Tables_are_merged_to_what_one_process_writes(string extension)
    {
        GeneratedText[] texts = [.. Enumerable.Range(0, Items).Select(number => new GeneratedText($"text, \"{number}\"\nand so on", -number / 3.0))];
        Assert.All(Merged(extension, (path, first, count) => TextTable.Write(path, texts.Skip(first).Take(count))), file => Assert.Equal(File.ReadAllBytes(file.Whole), File.ReadAllBytes(file.Merged)));
    }

    [Theory]
    [InlineData("jsonl")]
    [InlineData("npy", "std.npy")]
    [InlineData("tsv", "metadata.tsv")]
    [InlineData("parquet")]
    public void Vectors_are_merged_to_what_one_process_writes(params string[] extensions)
    {
        EncodedText[] texts =
        [
            .. Enumerable.Range(0, Items).Select(number => number % 4 == 3
                ? new EncodedText($"{number}", [float.NaN, float.NaN], [float.NaN, float.NaN], 0, "too long")
                : new EncodedText($"{number}", [number / 3f, -1], [1, 2], 0, null)),
        ];
        var files = Merged(extensions[0], (path, first, count) => VectorFile.Write(path, texts.Skip(first).Take(count), latent: 2));
        Assert.Equal(extensions.Length, files.Count);
        Assert.All(files, file => Assert.Equal(File.ReadAllBytes(file.Whole), File.ReadAllBytes(file.Merged)));
    }

    [Fact]
    public void A_gap_a_double_another_work_and_what_is_not_whole_are_refused()
    {
        string[] parts = [.. Enumerable.Range(1, 3).Select(number => Write(number, 3))];
        _ = ShardSet.Find(_folder["x.jsonl"], []);

        File.Copy(parts[1], _folder["copy.jsonl"]);
        File.Copy(parts[1] + ".shard", _folder["copy.jsonl.shard"]);
        Refuses("found shard 2/3 twice", [.. parts, _folder["copy.jsonl"]]);
        Refuses("found 2 of 3 shards; expected also 2", parts[0], parts[2]);
        Refuses("found command 'score', and 'encode'", parts[0], parts[1], Write(3, 3, command: "encode"));
        Refuses("found one of 3 shards, and one of 4", parts[0], Write(2, 4));
        _ = Write(3, 3);

        var description = File.ReadAllText(parts[0] + ".shard");
        File.WriteAllText(parts[0] + ".shard", description.Replace("\"count\": 3", "\"count\": 2", StringComparison.Ordinal));
        Refuses("its first item is 3; expected 2", parts);
        File.WriteAllText(parts[0] + ".shard", description[..40]);
        Refuses("x.1-of-3.jsonl.shard", parts);
        File.WriteAllText(parts[0] + ".shard", description);

        File.AppendAllText(parts[1], "\n");
        Refuses("x.2-of-3.jsonl: found ", parts);
        File.Delete(parts[1] + ".shard");
        Refuses("found no x.2-of-3.jsonl.shard beside it", parts);
        Refuses("found no output of a shard beside it", path: "y.jsonl");
    }

    [Fact]
    public void What_a_shard_has_finished_is_known_and_what_has_failed_is_not()
    {
        var output = Output(1, 2);
        Assert.False(output.IsFinished());
        output.Write(path => File.WriteAllText(path, "a line\n"));
        Assert.True(output.IsFinished());
        output.Write(_ => Assert.Contains("found another process", Assert.Throws<InvalidInputException>(() => Output(1, 2).Write(_ => { })).Message, StringComparison.Ordinal));
        Assert.True(output.IsFinished());
        Assert.False(Output(1, 2, command: "encode").IsFinished());
        Assert.Throws<InvalidOperationException>(() => output.Write(_ => throw new InvalidOperationException()));
        Assert.False(output.IsFinished());
    }

    /// <summary>Writes a whole and, in three shards, the second of no items, the same; merges these.</summary>
    private List<(string Whole, string Merged)> Merged(string extension, Action<string, int, int> write)
    {
        write(_folder[$"whole.{extension}"], 0, Items);
        foreach (var (number, first, count) in new[] { (1, 0, 4), (2, 4, 0), (3, 4, 6) })
        {
            new ShardOutput(_folder[$"x.{extension}"], new Shard(number, 3), Work(), first, count).Write(path => write(path, first, count));
        }
        ShardSet.Find(_folder[$"x.{extension}"], []).WriteTo(_folder[$"merged.{extension}"]);
        return [.. _folder.Names.Where(name => name.StartsWith("whole.", StringComparison.Ordinal)).Select(name => (_folder[name], _folder[name.Replace("whole", "merged", StringComparison.Ordinal)]))];
    }

    private string Write(int number, int of, string command = "score")
    {
        var output = Output(number, of, command);
        output.Write(path => File.WriteAllText(path, $"{number}\n"));
        return output.Path;
    }

    private ShardOutput Output(int number, int of, string command = "score")
    {
        var (first, count) = new Shard(number, of).Range(Items, 1);
        return new ShardOutput(_folder["x.jsonl"], new Shard(number, of), Work(command), first, count);
    }

    private static ShardedWork Work(string command = "score") => new() { Command = command, Arguments = "", Model = "m", Texts = "t", Items = Items };

    private void Refuses(string message, params string[] parts) => Refuses(message, "x.jsonl", parts);

    private void Refuses(string message, string path, string[]? parts = null) =>
        Assert.Contains(message, Assert.Throws<InvalidInputException>(() => ShardSet.Find(_folder[path], parts ?? [])).Message, StringComparison.Ordinal);
}
