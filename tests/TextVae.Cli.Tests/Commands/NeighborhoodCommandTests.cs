using System.Text.Json;

namespace TextVae.Cli.Tests.Commands;

/// <summary><c>neighbors</c>, <c>duplicates</c>, <c>centroid</c> and <c>sample --near</c>.</summary>
public class NeighborhoodCommandTests(TrainedRun trained)
{
    [Fact]
    public void The_nearest_neighbour_of_a_text_of_the_file_is_itself()
    {
        var found = Json("neighbors", "run", "dog sees bees", "--data", "animals.txt", "-k", "4");
        var number = TinyCorpus.Sentences.ToList().IndexOf("dog sees bees") + 1;

        Assert.Equal((number, "dog sees bees"), (found[0].GetProperty("number").GetInt32(), found[0].GetProperty("text").GetString()));
        Assert.Equal(0, found[0].GetProperty("distance").GetDouble(), 1e-4);
        Assert.Equal(4, found.Length);
        Assert.Equal(found.Select(line => line.GetProperty("distance").GetDouble()).Order(), found.Select(line => line.GetProperty("distance").GetDouble()));
        Assert.EndsWith($"  {number,7}  dog sees bees", Run("neighbors", "run", "dog sees bees", "--data", "animals.txt", "--metric", "cosine").Succeeded()[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Duplicates_come_in_groups()
    {
        using var folder = trained.Copy();
        folder.Write("twice.txt", "cat eats owls\ndog sees bees\ncat eats owls\na cat eats many owls\n");
        var ended = TextVaeProcess.Run(folder, "duplicates", "run", "--data", "twice.txt");
        Assert.Equal(["      1  cat eats owls", "      3  cat eats owls"], ended.Succeeded());
        Assert.Contains("1 of 4 texts left out", ended.ErrorLines[0], StringComparison.Ordinal);
        Assert.StartsWith("1 groups, 2 of 4 texts", ended.ErrorLines[1], StringComparison.Ordinal);

        var json = TextVaeProcess.Run(folder, "duplicates", "run", "--data", "twice.txt", "--distance", "0", "--json").Succeeded();
        Assert.Equal("""{"texts":[{"number":1,"text":"cat eats owls"},{"number":3,"text":"cat eats owls"}]}""", Assert.Single(json));
    }

    [Fact]
    public void The_centroid_is_one_text()
    {
        var ended = Run("centroid", "run", "--data", "animals.txt");
        var text = Assert.Single(ended.Succeeded());
        Assert.Contains("320 texts", Assert.Single(ended.ErrorLines), StringComparison.Ordinal);

        var json = Assert.Single(Json("centroid", "run", "--data", "animals.txt"));
        Assert.Equal((text, 320), (json.GetProperty("text").GetString(), json.GetProperty("texts").GetInt32()));
        Assert.True(json.GetProperty("distance").GetDouble() > 0);
    }

    [Fact]
    public void Texts_near_another_one_say_how_far_they_are()
    {
        var ended = Run("sample", "run", "--near", "cat eats owls", "--distance", "0.3", "-n", "5", "--json");
        var texts = ended.Succeeded().Select(line => JsonElement.Parse(line)).ToArray();
        Assert.Equal(5, texts.Length);
        Assert.All(texts, text => Assert.InRange(text.GetProperty("distance").GetDouble(), 0, 1));
        var reconstruction = Run("reconstruct", "run", "cat eats owls").Succeeded()[1][2..];
        Assert.Equal($"reconstruction: {reconstruction}", ended.ErrorLines[0]);
        Assert.StartsWith("noise of radius ", ended.ErrorLines[1], StringComparison.Ordinal);

        var far = Run("sample", "run", "--near", "cat eats owls", "--distance", "1", "-n", "1");
        Assert.Single(far.Succeeded());
        Assert.StartsWith("distance 1 is not reached: ", far.ErrorLines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_is_refused()
    {
        Refusal.Of(1, Run("neighbors", "run", "cat"), "--data");
        Refusal.Of(1, Run("neighbors", "run", "cat", "--data", "animals.txt", "-k", "0"), "--count is 0");
        Refusal.Of(2, Run("neighbors", "run", "a cat eats many owls", "--data", "animals.txt"), "found 20 tokens");
        Refusal.Of(1, Run("duplicates", "run", "--data", "animals.txt", "--distance", "2"), "--distance is 2", "expected at most 1");
        Refusal.Of(1, Run("sample", "run", "--distance", "0.3"), "--distance", "--near");
        Refusal.Of(1, Run("sample", "run", "--near", "cat", "--distance", "-1"), "--distance is -1", "expected at least 0");
        Refusal.Of(2, Run("sample", "run", "--near", "a cat eats many owls"), "found 20 tokens");
    }

    private JsonElement[] Json(params string[] arguments) => [.. Run([.. arguments, "--json"]).Succeeded().Select(line => JsonElement.Parse(line))];

    private Ended Run(params string[] arguments)
    {
        trained.Training.Succeeded();
        return TextVaeProcess.Run(trained.Folder, arguments);
    }
}
