using System.Text.Json;

namespace TextVae.Cli.Tests.Commands;

public class InspectCommandTests
{
    [Fact]
    public void A_file_is_described_for_people_and_for_programs_before_anything_is_trained()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.txt", string.Join('\n', TinyCorpus.Sentences.Take(100)) + "\n\n" + TinyCorpus.Sentences.First().ToUpperInvariant() + "\n" + TinyCorpus.Sentences.First() + "\n");
        string[] quick = ["--set", "training.steps=5"];

        var lines = TextVaeProcess.Run(folder, ["inspect", "a.txt", .. quick]).Succeeded();
        Assert.StartsWith("a.txt: 102 texts, ", lines[0], StringComparison.Ordinal);
        Assert.EndsWith(", and 1 empty lines", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.StartsWith("lengths: ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains('█'));
        Assert.Contains(lines, line => line.StartsWith("duplicates: ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("a latent vector of 32 numbers", StringComparison.Ordinal));
        Assert.False(Directory.Exists(folder["runs"]));

        var found = JsonElement.Parse(Assert.Single(TextVaeProcess.Run(folder, ["inspect", "a.txt", "--json", .. quick]).Succeeded()));
        Assert.Equal(102, found.GetProperty("texts").GetInt64());
        Assert.Equal(1, found.GetProperty("empty").GetInt64());
        Assert.True(found.GetProperty("near_distinct").GetInt64() < found.GetProperty("distinct").GetInt64());
        Assert.Equal(5, found.GetProperty("recipe").GetProperty("training").GetProperty("steps").GetInt64());

        var names = string.Concat(TinyCorpus.Sentences.Take(30).Select((name, row) => $"{row},{name} é\n"));
        const string latin = "latin.csv";
        File.WriteAllBytes(folder[latin], System.Text.Encoding.Latin1.GetBytes("id,Text\n" + names));
        var described = TextVaeProcess.Run(folder, ["inspect", latin, "--encoding", "latin1", .. quick]).Succeeded();
        Assert.StartsWith("latin.csv: 30 texts, ", described[0], StringComparison.Ordinal);
        Assert.Contains("latin.csv: the texts are in column 'Text' of id, Text", described);
        Refusal.Of(2, TextVaeProcess.Run(folder, "inspect", latin), "latin.csv", "it looks like windows-1252");

        Refusal.Of(2, TextVaeProcess.Run(folder, "inspect", folder.Write("none.txt", "\n\n")), "none.txt", "found no text", "2 empty lines");
    }
}
