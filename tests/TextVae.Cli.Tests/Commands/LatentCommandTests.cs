using System.Text.Json;

namespace TextVae.Cli.Tests.Commands;

public class LatentCommandTests(TrainedRun trained)
{
    [Fact]
    public void Interpolation_begins_and_ends_with_the_reconstructions()
    {
        var ends = Run("reconstruct", "cat eats owls", "dog sees bees", "--json").Select(line => JsonElement.Parse(line).GetProperty("reconstructed").GetString());
        var found = Run("interpolate", "cat eats owls", "dog sees bees", "--steps", "3", "--json").Select(line => JsonElement.Parse(line)).ToArray();
        Assert.Equal([0, 0.5, 1], found.Select(line => line.GetProperty("share").GetDouble()));
        Assert.Equal(ends, [found[0].GetProperty("text").GetString(), found[2].GetProperty("text").GetString()]);

        Assert.StartsWith("0.50  ", Run("interpolate", "cat eats owls", "dog sees bees", "--steps", "3", "--spherical")[1], StringComparison.Ordinal);
        Assert.Equal(Run("interpolate", "--seed", "3"), Run("interpolate", "--seed", "3"));
    }

    [Fact]
    public void Traversal_goes_through_one_dimension_or_all()
    {
        var one = Run("traverse", "cat eats owls", "--dimension", "1", "--steps", "2", "--json").Select(line => JsonElement.Parse(line)).ToArray();
        Assert.Equal([-0.6745, 0.6745], one.Select(line => Math.Round(line.GetProperty("value").GetDouble(), 4)));
        Assert.All(one, line => Assert.Equal(1, line.GetProperty("dimension").GetInt32()));

        var latent = JsonElement.Parse(Run("info", "--json")[0]).GetProperty("latent").GetInt32();
        Assert.Equal(2 * latent, Run("traverse", "--steps", "2").Length);
    }

    [Fact]
    public void An_analogy_is_one_text() =>
        Assert.Equal(Run("reconstruct", "cat eats owls")[1][2..], Assert.Single(Run("analogy", "cat eats owls", "dog sees bees", "dog sees bees")));

    [Fact]
    public void Half_an_interpolation_and_a_dimension_that_is_not_there_are_refused()
    {
        trained.Training.Succeeded();
        Refusal.Of(1, TextVaeProcess.Run(trained.Folder, "interpolate", "run", "cat"), "found one text", "FROM and TO");
        Refusal.Of(1, TextVaeProcess.Run(trained.Folder, "traverse", "run", "--dimension", "99"), "99", "a number from 0 to");
        Refusal.Of(2, TextVaeProcess.Run(trained.Folder, "analogy", "run", "cat", "dog", "a cat eats many owls"), "found 20 tokens");
    }

    private string[] Run(string command, params string[] arguments)
    {
        trained.Training.Succeeded();
        return TextVaeProcess.Run(trained.Folder, [command, "run", .. arguments]).Succeeded();
    }
}
