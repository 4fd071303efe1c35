using TextVae.Training;

namespace TextVae.Tests.Training;

public class CollapseAdviceTests
{
    public static TheoryData<string> Recipes => [.. RecipeFile.Names];

    [Theory]
    [MemberData(nameof(Recipes))]
    public void Each_piece_of_advice_changes_the_recipe_and_makes_a_valid_one(string name)
    {
        var recipe = RecipeFile.Load(name);
        Assert.All(CollapseAdvice.For(recipe), advice =>
            Assert.NotEqual(RecipeFile.ToJson(recipe), RecipeFile.ToJson(RecipeFile.Override(recipe, advice.Split(' ')))));
    }

    [Fact]
    public void A_hybrid_without_the_papers_auxiliary_loss_is_told_to_try_it_first() =>
        Assert.Equal("objective.alpha=0.2", CollapseAdvice.For(RecipeFile.Load("ptb-bytenet", ["objective.alpha=0"]))[0]);

    [Fact]
    public void The_LSTM_VAE_is_not_told_to_use_an_auxiliary_loss_that_it_cannot_have()
    {
        var advice = CollapseAdvice.For(RecipeFile.Load("ptb-lstm-vae", ["objective.inputDropout=0"]));
        Assert.DoesNotContain(advice, text => text.StartsWith("objective.alpha", StringComparison.Ordinal));
        Assert.Contains("objective.inputDropout=0.3", advice);
    }
}
