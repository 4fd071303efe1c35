using System.IO.Compression;
using System.Text.Json;

namespace TextVae.Cli.Tests;

/// <summary><c>--data</c> and <c>--column</c>: every format, and standard input.</summary>
public class TextsArgumentsTests(TrainedRun trained)
{
    private static readonly string[] Texts = ["cat eats owls", "dog sees bees"];

    [Fact]
    public void A_table_trains_and_evaluates_as_its_texts_do()
    {
        using var folder = TinyCorpus.Prepare();
        using (var compressed = new StreamWriter(new GZipStream(File.Create(folder["animals.csv.gz"]), CompressionLevel.Fastest)))
        {
            compressed.Write("id,lang,sentence\r\n" + string.Concat(TinyCorpus.Sentences.Select((text, id) => $"{id},en,\"{text}\"\r\n")));
        }
        string[] train = ["train", "tiny.json", "--steps", "12", "--json"];
        TextVaeProcess.Run(folder, [.. train, "--data", "animals.csv.gz", "--column", "sentence", "--out", "table"]).Succeeded();
        TextVaeProcess.Run(folder, [.. train, "--data", "animals.txt", "--out", "lines"]).Succeeded();
        Assert.Equal(File.ReadAllBytes(folder["lines", "model.safetensors"]), File.ReadAllBytes(folder["table", "model.safetensors"]));

        var lines = Evaluate(folder, "lines", "--data", "animals.txt");
        Assert.Equal(lines, Evaluate(folder, "table", "--data", "animals.csv.gz")); // the run's column
        Assert.Equal(lines, Evaluate(folder, "table", "--data", "animals.txt")); // which says nothing of lines
        Assert.Equal(lines, Evaluate(folder, "lines", "--data", "animals.csv.gz", "--column", "sentence"));
        TextVaeProcess.Run(folder, "train", "--resume", "--steps", "13", "--out", "table").Succeeded();
        Refusal.Of(1, TextVaeProcess.Run(folder, "train", "--resume", "--column", "lang", "--out", "table"), "settings differ");
    }

    [Fact]
    public void A_file_beside_the_options_is_texts_or_a_recipe_by_what_it_holds_and_what_is_not_there_is_guessed()
    {
        using var folder = TinyCorpus.Prepare();
        File.WriteAllText(folder["true.txt"], "true " + File.ReadAllText(folder["animals.txt"]));
        string[] train = ["--steps", "1", "--json", "--set", "training.validateEvery=1"];
        TextVaeProcess.Run(folder, ["train", "true.txt", "tiny.json", "--out", "beside", .. train]).Succeeded();
        TextVaeProcess.Run(folder, ["train", "tiny.json", "--data", "true.txt", "animals.txt", "--out", "two", .. train]).Succeeded();
        Assert.Equal(["true.txt"], Paths("beside"));
        Assert.Equal(["true.txt", "animals.txt"], Paths("two"));
        Refusal.Of(1, TextVaeProcess.Run(folder, "train", "animal.txt"), "'animal.txt'", "(did you mean 'animals.txt'?)");
        Refusal.Of(1, TextVaeProcess.Run(folder, "train", "tweets-hybrid"), "data.source", "one tweet a line", "(--data PATH)");
        File.Move(folder["true.txt"], folder["moved.txt"]);
        TextVaeProcess.Run(folder, "train", "--resume", "--out", "beside", "--data", "moved.txt", "--steps", "2", "--json").Succeeded();
        Assert.Equal(["moved.txt"], Paths("beside"));

        string[] Paths(string run) => [.. JsonElement.Parse(File.ReadAllText(folder[run, "training.json"])).GetProperty("dataPaths").EnumerateArray().Select(path => Path.GetFileName(path.GetString()!))];
    }

    [Fact]
    public void The_encoding_is_named_where_the_texts_are_in_another_and_the_column_is_said()
    {
        trained.Training.Succeeded();
        trained.Folder.Write("latin.csv", $"id;text\n1;{Texts[0]}\n2;caf");
        File.WriteAllBytes(trained.Folder["latin.csv"], [.. File.ReadAllBytes(trained.Folder["latin.csv"]), 0xe9, (byte)'\n']);
        Refusal.AfterProgress(2, TextVaeProcess.Run(trained.Folder, "encode", "run", "--data", "latin.csv"), "latin.csv: line 3", "looks like windows-1252", "--encoding NAME");
        var ended = TextVaeProcess.Run(trained.Folder, "reconstruct", "run", "--json", "--data", "latin.csv", "--encoding", "windows-1252");
        Assert.Equal([Texts[0], "caf\ufffd"], Reconstructed(ended)); // one character, which the model does not know
        Assert.Contains("latin.csv: the texts are in column 'text' of id, text", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_is_a_column_of_a_table_without_names()
    {
        trained.Training.Succeeded();
        trained.Folder.Write("numbered.tsv", $"1\t{Texts[0]}\n2\t{Texts[1]}\n");
        Assert.Equal(Texts, Reconstructed(TextVaeProcess.Run(trained.Folder, "reconstruct", "run", "--json", "--data", "numbered.tsv", "--column", "2")));
    }

    [Fact]
    public void Standard_input_is_reconstructed_and_evaluated()
    {
        trained.Training.Succeeded();
        var folder = trained.Folder;
        Assert.Equal(Texts, Reconstructed(TextVaeProcess.Shell(folder, $"printf '{Texts[0]}\\n\\n{Texts[1]}' | textvae reconstruct run --data - --json")));
        Assert.Equal(Evaluate(folder, "run", "--data", "animals.txt"), Assert.Single(TextVaeProcess.Shell(folder, "textvae evaluate run --threads 1 --json --data - < animals.txt").Succeeded()));
        Assert.DoesNotContain(Directory.GetFiles(folder["cache"]), file => !file.EndsWith(".tokens", StringComparison.Ordinal) && !file.EndsWith(".vocabulary", StringComparison.Ordinal));
    }

    [Fact]
    public void Standard_input_trains_the_same_model_as_the_file()
    {
        using var folder = trained.Copy();
        string[] weights = ["model.safetensors", "vocabulary.json"];
        TextVaeProcess.Shell(folder, "cat animals.txt | textvae train tiny.json --data - --out piped --json").Succeeded();
        Assert.All(weights, name => Assert.Equal(File.ReadAllBytes(folder["run", name]), File.ReadAllBytes(folder["piped", name])));
        Assert.DoesNotContain(Directory.GetFiles(folder["cache"]), file => Path.GetFileName(file).StartsWith('.'));

        Refusal.Of(2, TextVaeProcess.Run(folder, "evaluate", "piped"), "standard input", "read again");
        Refusal.Of(1, TextVaeProcess.Run(folder, "train", "--resume", "--out", "piped"), "--data -", "the same texts");
        Refusal.Of(2, TextVaeProcess.Shell(folder, "head -n 300 animals.txt | textvae train --resume --data - --out piped"), "it has changed");
        TextVaeProcess.Shell(folder, "cat animals.txt | textvae train --resume --data - --out piped --steps 41").Succeeded();
    }

    [Fact]
    public void Empty_standard_input_is_refused()
    {
        trained.Training.Succeeded();
        foreach (var command in new[] { "train tiny.json --out none", "evaluate run", "reconstruct run" })
        {
            Refusal.Of(2, TextVaeProcess.Run(trained.Folder, [.. command.Split(' '), "--data", "-"]), "standard input: found nothing, expected");
        }
        Refusal.Of(2, TextVaeProcess.Shell(trained.Folder, "printf 'a\\nb\\377' | textvae reconstruct run --data -"), "standard input: line 2", "0xff");
    }

    [Fact]
    public void What_cannot_be_read_is_refused_in_one_line()
    {
        trained.Training.Succeeded();
        var folder = trained.Folder;
        folder.Write("two.csv", "id,tweet\n1,a\n");
        folder.Write("bad.csv", "id,text\n1,a\n2,b,c\n");
        folder.Write("bad.jsonl", "{\"text\":\"a\"}\n{\"text\":\n");
        folder.Write("number.jsonl", "{\"text\":\"a\"}\n{\"text\":1}\n");
        foreach (var name in new[] { "bad.parquet", "bad.zip", "bad.csv.zst", "bad.txt.gz" })
        {
            folder.Write(name, "neither whole nor right");
        }
        Refused("two.csv", "found columns id, tweet", "--column");
        Refused("bad.csv", "line 3", "3 fields");
        Refused("bad.jsonl", "line 2", "no JSON");
        Refused("number.jsonl", "line 2", "a number in 'text'", "a string");
        Refused("bad.parquet", "a whole .parquet file");
        Refused("bad.zip", "a whole .zip file");
        Refused("bad.csv.zst", "a whole .zst file");
        Refused("bad.txt.gz", "a whole .gz file");
        Refusal.Of(2, TextVaeProcess.Run(folder, "reconstruct", "run", "--data", "two.csv", "--column", "text"), "id, tweet", "'text'");
        TextVaeProcess.Run(folder, "reconstruct", "run", "--data", "animals.txt").Succeeded(); // its tokens are in the cache now
        Refusal.Of(2, TextVaeProcess.Run(folder, "reconstruct", "run", "--data", "animals.txt", "--column", "text"), "lines of text", "'text'");
        Refusal.Of(1, TextVaeProcess.Run(folder, "reconstruct", "run", "--column", "text", "cat"), "--column without --data");
        void Refused(string data, params string[] named) => Refusal.Of(2, TextVaeProcess.Run(folder, "reconstruct", "run", "--data", data), [data, .. named]);
    }

    private static IEnumerable<string?> Reconstructed(Ended ended) => ended.Succeeded().Select(line => JsonElement.Parse(line).GetProperty("text").GetString());

    private static string Evaluate(TemporaryFolder folder, params string[] arguments) =>
        Assert.Single(TextVaeProcess.Run(folder, ["evaluate", "--threads", "1", "--json", .. arguments]).Succeeded());
}
