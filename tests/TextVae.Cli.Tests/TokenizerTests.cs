using System.Text.Json;

namespace TextVae.Cli.Tests;

public class TokenizerTests
{
    [Theory]
    [InlineData("characters")]
    [InlineData("bytes")]
    [InlineData("words")]
    [InlineData("subwords", "--set", "data.vocabularySize=300")]
    public void A_model_of_any_tokens_trains_resumes_writes_and_is_measured_by_characters(string kind, params string[] settings)
    {
        using var folder = TinyCorpus.Prepare();
        Directory.CreateDirectory(folder["texts"]);
        File.WriteAllLines(folder["texts", "train.txt"], TinyCorpus.Sentences);
        string[] valid = ["cat sees dogs", "owl eats ants", "bee likes pigs"];
        File.WriteAllLines(folder["texts", "valid.txt"], valid);
        string[] line = ["train", "tiny.json", "--data", "texts", "--out", "run", "--set", $"data.tokenizer={kind}", .. settings];

        TextVaeProcess.Run(folder, [.. line, "--steps", "3"]).Succeeded();
        TextVaeProcess.Run(folder, [.. line, "--steps", "6", "--resume"]).Succeeded();

        Assert.Equal([1, 2, 3, 4, 5, 6], new RunFiles(folder["run"]).StepsOf("training"));
        var info = JsonElement.Parse(Assert.Single(TextVaeProcess.Run(folder, "info", "run", "--json").Succeeded()));
        Assert.Equal(kind, info.GetProperty("tokenizer").GetString());
        var result = JsonElement.Parse(Assert.Single(TextVaeProcess.Run(folder, "evaluate", "run", "--json").Succeeded()));
        Assert.Equal(valid.Sum(text => text.Length), result.GetProperty("characters").GetInt64());
        Assert.True(result.GetProperty("bits_per_character").GetProperty("total").GetDouble() > 0);
        Assert.All(TextVaeProcess.Run(folder, "sample", "run", "-n", "20", "--regex", "(cat|dog) [a-z ]{4,9}s", "--temperature", "1").Succeeded(),
            text => Assert.Matches(@"^(cat|dog) [a-z ]{4,9}s\z", text));
        Assert.Equal("  fox hears hens", TextVaeProcess.Run(folder, "reconstruct", "run", "fox hears hens").Succeeded()[0]);
    }

    [Fact]
    public void Texts_that_are_left_out_or_not_known_are_counted_in_the_tokens_of_the_model()
    {
        using var folder = TinyCorpus.Prepare();
        Directory.CreateDirectory(folder["texts"]);
        File.WriteAllLines(folder["texts", "train.txt"], [.. TinyCorpus.Sentences, string.Join(' ', Enumerable.Repeat("cat", 20))]);
        File.WriteAllLines(folder["texts", "valid.txt"], ["cat sees zebras", "dog eats owls"]);
        var ended = TextVaeProcess.Run(folder, "train", "tiny.json", "--data", "texts", "--out", "run", "--steps", "1", "--set", "data.tokenizer=words");
        ended.Succeeded();
        Assert.Contains("1 of 321 texts are longer than 15 words and were left out", ended.Error, StringComparison.Ordinal);
        Assert.Contains("1 of 6 tokens are outside the vocabulary and became <unk>", ended.Error, StringComparison.Ordinal);
    }
}
