namespace TextVae.Cli.Tests;

public class KeyMeaningsTests
{
    [Fact]
    public void Every_key_has_a_line_that_says_what_it_means()
    {
        var meanings = KeyMeanings.Load();
        Assert.All(RecipeFile.Keys, key => Assert.Matches(@"^\S[^\n]{10,}\.$", meanings.Of(key.Property)));
        string Of(string key) => meanings.Of(RecipeFile.Keys.First(known => known.Key == key).Property);
        Assert.Equal("Steps in all: one batch each.", Of("training.steps"));
        Assert.Equal("beta until Start.", Of("objective.kl.floor")); // a reference by its name
    }

    [Fact]
    public void A_sentence_ends_where_another_begins()
    {
        Assert.Equal("The LSTM VAE of Bowman et al. 2016 (4.1, figure 3).", KeyMeanings.FirstSentence("The LSTM VAE of\n  Bowman et al. 2016 (4.1, figure 3). More."));
        Assert.Equal("One.", KeyMeanings.FirstSentence(" One. "));
    }
}
