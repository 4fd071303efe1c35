namespace TextVae.Tests.Runs;

public class RecipeKeyTests
{
    [Fact]
    public void Every_key_can_be_set_to_its_default_where_a_part_of_its_kind_is()
    {
        var keys = RecipeFile.Keys;
        Assert.All(keys, key =>
        {
            var part = key.Key[..key.Key.LastIndexOf('.')];
            string[] kind = key.Kinds.Count > 0 ? [$"{(part == "objective.kl" ? "objective.kl.schedule" : $"{part}.kind")}={key.Kinds[0]}"] : [];
            RecipeFile.Change(new Recipe(), [.. kind, $"{key.Key}={key.Default}"]);
        });
        Assert.Equal(keys.Count, keys.Select(key => (key.Key, string.Join(' ', key.Kinds))).Distinct().Count());
    }

    [Fact]
    public void A_key_says_what_it_takes_and_of_which_kinds_it_is()
    {
        RecipeKey Of(string key) => Assert.Single(RecipeFile.Keys, known => known.Key == key);
        var end = Of("objective.kl.end");
        Assert.Equal(("linear", "a whole number", "8000"), (Assert.Single(end.Kinds), end.Type, end.Default));
        Assert.StartsWith("linear or constant or cyclical or auto or target", Of("objective.kl.schedule").Type, StringComparison.Ordinal); // and what other assemblies add
        Assert.Equal("linear", Of("objective.kl.schedule").Default);
        Assert.Empty(Of("objective.kl.weight").Kinds);
        Assert.Equal(("a number or null", "null"), (Of("training.clip").Type, Of("training.clip").Default));
        Assert.Equal("100", Of("training.aggressive.mostUpdates").Default);
        Assert.Equal(("drop or cut or split", "drop"), (Of("data.long").Type, Of("data.long").Default));
    }

    [Theory]
    [InlineData("objective.alfa=1", "(did you mean 'objective.alpha'?)")]
    [InlineData("learningRate=0.1", "(did you mean 'training.learningRate'?)")]
    [InlineData("trainig.steps=9", "(did you mean 'training'?)")]
    [InlineData("objective.kl.shedule=auto", "(did you mean 'objective.kl.schedule'?)")]
    [InlineData("objective.kl.schedule=foo", "expected one of linear, constant, cyclical, auto, target")]
    [InlineData("model.decoder.kind=foo", "expected one of lstm, bytenet, parallel")]
    public void A_mistyped_key_is_refused_with_the_one_that_was_meant(string change, string hint) =>
        Assert.Contains(hint, Assert.Throws<InvalidInputException>(() => RecipeFile.Load("small", [change])).Message, StringComparison.Ordinal);

    [Fact]
    public void A_name_unlike_all_others_gets_no_hint() =>
        Assert.DoesNotContain("did you mean", Assert.Throws<InvalidInputException>(() => RecipeFile.Load("small", ["objective.qqqqqqqq=1"])).Message, StringComparison.Ordinal);

    [Fact]
    public void Every_named_recipe_says_what_it_is_for()
    {
        Assert.All(RecipeFile.Names, name => Assert.Matches(@"^[A-Z][^\n]{20,}\.$", RecipeFile.Describe(name)));
        Assert.EndsWith("(did you mean 'ptb-hybrid'?)", Assert.Throws<InvalidInputException>(() => RecipeFile.Describe("ptb-hibrid")).Message, StringComparison.Ordinal);
    }
}
