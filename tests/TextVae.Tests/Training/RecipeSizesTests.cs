using System.Text.Json.Nodes;
using TextVae.Runs;
using TextVae.Training;

namespace TextVae.Tests.Training;

/// <summary>Every number of a recipe, where it is none that can be.</summary>
public class RecipeSizesTests
{
    private static readonly string[] Extremes = ["-1", "0", "2147483647", "-2147483648", "9223372036854775807", "1e999", "1e-300"];

    [Fact]
    public void Any_number_of_a_recipe_is_refused_in_one_line_or_trained_with()
    {
        using var folder = new TemporaryFolder();
        using var corpus = Tiny.Corpus(folder.Path);
        var keys = Numbers(JsonNode.Parse(RecipeFile.ToJson(Tiny.Recipe))!, "").ToList();
        Assert.Contains("model.decoder.hidden", keys);
        foreach (var (key, value) in keys.SelectMany(key => Extremes.Select(value => (key, value))))
        {
            try
            {
                var recipe = RecipeFile.Override(Tiny.Recipe, [$"{key}={value}"]);
                Step(folder[$"{key}={value}"], recipe, corpus);
            }
            catch (InvalidInputException error)
            {
                Assert.DoesNotContain('\n', error.Message);
            }
        }
    }

    private static void Step(string folder, Recipe recipe, TextVae.Data.Corpus corpus)
    {
        var run = new RunFolder(folder);
        using var trainer = new Trainer(recipe, corpus, run, []);
        trainer.Run(new CancellationToken(canceled: true));
    }

    private static IEnumerable<string> Numbers(JsonNode node, string path) => node switch
    {
        JsonObject keys => keys.Where(pair => pair.Value is not null).SelectMany(pair => Numbers(pair.Value!, path.Length > 0 ? $"{path}.{pair.Key}" : pair.Key)),
        JsonValue value when value.GetValueKind() == System.Text.Json.JsonValueKind.Number => [path],
        _ => [],
    };
}
