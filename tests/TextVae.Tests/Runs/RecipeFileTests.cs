using TextVae.Data;
using TextVae.Objectives;
using TextVae.Tests.Data;

namespace TextVae.Tests.Runs;

public class RecipeFileTests
{
    [Fact]
    public void Every_named_recipe_is_valid_and_survives_JSON()
    {
        Assert.Contains("small", RecipeFile.Names);
        Assert.All(RecipeFile.Names, name =>
        {
            var recipe = RecipeFile.Load(name);
            recipe.Validate();
            using var folder = new TemporaryFolder();
            File.WriteAllText(folder["again.json"], RecipeFile.ToJson(recipe));
            Assert.Equal(RecipeFile.ToJson(recipe), RecipeFile.ToJson(RecipeFile.Load(folder["again.json"])));
        });
    }

    [Fact]
    public void A_recipe_is_a_plain_file_of_bounded_size_in_UTF_8()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "has no such files in folders");
        using var folder = new TemporaryFolder();
        using (var sparse = File.Create(folder["sparse.json"]))
        {
            sparse.SetLength(3L << 30);
        }
        Refusal.Is(InputKind.Usage, () => RecipeFile.Load(folder.WritePipe("pipe.json")), "pipe.json: found a pipe, a device or a socket; expected a plain file");
        Refusal.Is(InputKind.Usage, () => RecipeFile.Load("/dev/zero"), "/dev/zero: found a pipe, a device or a socket");
        Refusal.Is(InputKind.Usage, () => RecipeFile.Load(folder["sparse.json"]), "sparse.json: found 3,221,225,472 bytes; expected at most 1,048,576");
        Refusal.Is(InputKind.Usage, () => RecipeFile.Load(folder.Write("bytes.json", [(byte)'{', 0xff, (byte)'}'])), "bytes.json: found bytes that are no UTF-8");
        Refusal.Is(InputKind.Usage, () => RecipeFile.Load(folder.Path), "expected a JSON file");
    }

    [Fact]
    public void The_Penn_Treebank_recipe_is_the_papers()
    {
        var recipe = RecipeFile.Load("ptb-hybrid");
        Assert.Equal((TextKind.Windows, 60, 50, 0.2, 64), (recipe.Data.Texts, recipe.Data.Length, recipe.Model.Latent, recipe.Objective.Alpha, recipe.Training.BatchSize));
    }

    [Fact]
    public void Overrides_change_what_they_name_and_nothing_else()
    {
        var recipe = RecipeFile.Load("ptb-hybrid", ["objective.alpha=0.4", "training.checkpointEvery=7", "model.encoder.channels=[8, 9]"]);
        Assert.Equal((0.4, 7), (recipe.Objective.Alpha, recipe.Training.CheckpointEvery));
        Assert.Equal(64, recipe.Training.BatchSize);
    }

    [Theory]
    [InlineData("0", "0")]
    [InlineData("true", "true")]
    [InlineData("[a]", "[a]")]
    [InlineData("\"0\"", "0")]
    [InlineData("null", null)]
    public void What_is_given_for_a_key_of_texts_is_a_text(string given, string? text) =>
        Assert.Equal(text, RecipeFile.Load("small", [$"data.column={given}"]).Data.Column);

    [Fact]
    public void Another_kind_of_schedule_brings_its_own_keys()
    {
        var recipe = RecipeFile.Load("ptb-hybrid", ["objective.kl.schedule=constant", "objective.kl.weight=0.5"]);
        Assert.Equal(new ConstantSchedule { Weight = 0.5 }, recipe.Objective.Kl);
    }

    [Theory]
    [InlineData("objective.alfa=1", "unknown key 'objective.alfa'; expected one of alpha, inputDropout, freeBits, kl")]
    [InlineData("training.steps=many", "training.steps")]
    [InlineData("objective.kl.schedule=square", "objective.kl")]
    [InlineData("objective.alpha=-1", "objective.alpha is -1")]
    [InlineData("training", "an override is 'training'; expected KEY=VALUE")]
    [InlineData("objective.kl.nats=1", "unknown key 'objective.kl.nats'")]
    public void An_override_that_cannot_be_is_refused_by_name(string change, string message)
    {
        var error = Assert.Throws<InvalidInputException>(() => RecipeFile.Load("ptb-hybrid", [change]));
        Assert.Equal(InputKind.Usage, error.Kind);
        Assert.Contains(message, error.Message);
    }

    [Theory]
    [InlineData("{ \"data\": ", "line 1")]
    [InlineData("{}}", "line 1")]
    [InlineData("[]", "expected a JSON object")]
    [InlineData("{ \"date\": {} }", "unknown key 'date'; expected one of data, model, objective, training")]
    [InlineData("{ \"data\": {}, \"data\": {} }", "data")]
    public void A_malformed_recipe_file_is_refused_with_its_name(string json, string message)
    {
        using var folder = new TemporaryFolder();
        var path = folder["mine.json"];
        File.WriteAllText(path, json);
        var error = Assert.Throws<InvalidInputException>(() => RecipeFile.Load(path));
        Assert.StartsWith(path, error.Message);
        Assert.Contains(message, error.Message);
    }

    [Fact]
    public void An_unknown_recipe_is_refused_with_the_known_ones_and_the_one_that_may_be_meant()
    {
        using var folder = new TemporaryFolder();
        folder.Write("my-recipe.json", "{}");
        Assert.EndsWith(" (did you mean 'ptb-hybrid'?)", Assert.Throws<InvalidInputException>(() => RecipeFile.Load("ptb-hibrid")).Message, StringComparison.Ordinal);
        Assert.EndsWith($" (did you mean '{folder["my-recipe.json"]}'?)", Assert.Throws<InvalidInputException>(() => RecipeFile.Load(folder["my-recip.json"])).Message, StringComparison.Ordinal);
        Assert.DoesNotContain("did you mean", Assert.Throws<InvalidInputException>(() => RecipeFile.Load("something-else-entirely")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.txt", "true story\n", false)]
    [InlineData("a.txt", "{ broken\n", false)]
    [InlineData("a.txt", "{ \"data\": {} }", true)]
    [InlineData("a.json", "{ \"data\": {}, }", true)]
    [InlineData("a.json", "\ufeff// why\n{ \"modell\": {} }", true)]
    [InlineData("a.json", "{ \"data\": {", true)]
    [InlineData("a.json", "{}", true)]
    [InlineData("a.json", "[]", true)]
    [InlineData("a.json", "", true)]
    [InlineData("a.json", "[\"a\", \"b\"]", false)]
    [InlineData("a.json", "[{\"text\": \"a\"}]", false)]
    [InlineData("a.json", "{\"text\": \"a\"}\n{\"text\": \"b\"}\n", false)]
    public void What_a_file_holds_says_whether_it_is_a_recipe_or_texts(string name, string content, bool isRecipe)
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(isRecipe, RecipeFile.IsRecipe(folder.Write(name, content)));
        Assert.Equal((true, true, false), (RecipeFile.IsRecipe("small"), RecipeFile.IsRecipe(folder["missing"]), RecipeFile.IsRecipe(folder.Path)));
    }
}
