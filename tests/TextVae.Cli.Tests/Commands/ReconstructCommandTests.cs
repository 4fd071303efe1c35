using System.Text.Json;

namespace TextVae.Cli.Tests.Commands;

public class ReconstructCommandTests(TrainedRun trained)
{
    [Fact]
    public void Texts_come_back_in_order_with_what_the_model_makes_of_them()
    {
        var pairs = Reconstruct("cat eats owls", "dog sees bees", "--json").Select(line => JsonElement.Parse(line)).ToArray();
        Assert.Equal(["cat eats owls", "dog sees bees"], pairs.Select(pair => pair.GetProperty("text").GetString()));

        var lines = Reconstruct("cat eats owls", "dog sees bees");

        Assert.Equal(["  cat eats owls", $"→ {pairs[0].GetProperty("reconstructed")}", "  dog sees bees", $"→ {pairs[1].GetProperty("reconstructed")}"], lines);
    }

    [Fact]
    public void Texts_of_a_file_are_taken_evenly_spaced()
    {
        var texts = Reconstruct("--data", "animals.txt", "-n", "5", "--json").Select(line => JsonElement.Parse(line).GetProperty("text").GetString());
        var all = TinyCorpus.Sentences.ToArray();
        Assert.Equal(Enumerable.Range(0, 5).Select(index => all[index * all.Length / 5]), texts);
    }

    [Fact]
    public void A_text_may_begin_with_an_at_sign_or_after_two_dashes_with_a_dash()
    {
        Assert.EndsWith("cat", Reconstruct("@cat")[0], StringComparison.Ordinal); // '@' is a character that the model has not seen
        Assert.EndsWith("cat", Reconstruct("--", "--cat")[0], StringComparison.Ordinal);
        Assert.EndsWith("cat", Reconstruct("- cat")[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Decoding_takes_the_options_of_sample()
    {
        Assert.Matches("^→ owl [a-z]{4}\\z", Reconstruct("cat eats owls", "--prefix", "owl ", "--regex", ".{4}[a-z]{4}", "--num-beams", "3")[1]);
        string[] drawn = ["--data", "animals.txt", "-n", "6", "--temperature", "2", "--seed"];
        Assert.Equal(Reconstruct([.. drawn, "5"]), Reconstruct([.. drawn, "5"]));
        Assert.NotEqual(Reconstruct([.. drawn, "5"]), Reconstruct([.. drawn, "6"]));
    }

    [Fact]
    public void A_text_longer_than_the_model_is_refused()
    {
        trained.Training.Succeeded();
        Refusal.Of(2, TextVaeProcess.Run(trained.Folder, "reconstruct", "run", "a cat eats many owls"), "'a cat eats many owls'", "found 20 tokens", "at most 15");
    }

    [Fact]
    public void Neither_or_both_of_texts_and_a_file_are_refused()
    {
        trained.Training.Succeeded();
        Refusal.Of(1, TextVaeProcess.Run(trained.Folder, "reconstruct", "run"), "TEXT", "--data");
        Refusal.Of(1, TextVaeProcess.Run(trained.Folder, "reconstruct", "run", "cat", "--data", "animals.txt"), "TEXT", "--data");
    }

    private string[] Reconstruct(params string[] arguments)
    {
        trained.Training.Succeeded();
        return TextVaeProcess.Run(trained.Folder, ["reconstruct", "run", "--threads", "1", .. arguments]).Succeeded();
    }
}
