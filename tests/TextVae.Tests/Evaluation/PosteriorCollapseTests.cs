using System.Globalization;
using TextVae.Evaluation;

namespace TextVae.Tests.Evaluation;

public class PosteriorCollapseTests
{
    private static readonly EvaluationResult InUse = new()
    {
        Texts = 100,
        Characters = 5_000,
        Tokens = 5_100,
        Latent = 50,
        Reconstruction = 80,
        Kl = 5.25,
        Auxiliary = 0,
        ActiveUnits = 20,
        MutualInformation = 4,
        MarginalKl = 1.25,
        RandomLatentGap = 30.5,
    };

    [Theory]
    [InlineData(5.25, 20, 30.5, PosteriorState.InUse)]
    [InlineData(1, 3, 1.64, PosteriorState.InUse)]
    [InlineData(0.99, 20, 30.5, PosteriorState.Collapsing)]
    [InlineData(5.25, 2, 30.5, PosteriorState.Collapsing)]
    [InlineData(5.25, 20, 1.63, PosteriorState.Collapsing)] // 2% of 80 + 1.63 are 1.633
    [InlineData(0.1, 1, 0.1, PosteriorState.Collapsing)]
    [InlineData(0.09, 20, 30.5, PosteriorState.Collapsed)]
    [InlineData(5.25, 0, 30.5, PosteriorState.Collapsed)]
    [InlineData(5.25, 20, 0.09, PosteriorState.Collapsed)]
    [InlineData(5.25, 20, -3, PosteriorState.Collapsed)]
    public void The_worst_of_the_three_figures_decides(double kl, int active, double gap, PosteriorState expected)
    {
        var verdict = PosteriorCollapse.Judge(InUse with { Kl = kl, ActiveUnits = active, RandomLatentGap = gap });
        Assert.Equal(expected, verdict!.State);
    }

    [Fact]
    public void The_sentence_gives_the_figures()
    {
        Assert.Equal("the posterior is in use: KL 5.25 nats, 20 of 50 units active, a random latent vector costs 30.5 nats more", InUse.Posterior!.Sentence);
        Assert.Equal(
            "the posterior is collapsing: KL 0.6 nats, 2 of 50 units active, a random latent vector costs only 0.9 nats more",
            (InUse with { Kl = 0.6, ActiveUnits = 2, RandomLatentGap = 0.9 }).Posterior!.Sentence);
        Assert.Equal(
            "the posterior is collapsed: KL 0 nats, 0 of 50 units active, a random latent vector costs 0.02 nats less",
            (InUse with { Kl = 0, ActiveUnits = 0, RandomLatentGap = -0.02 }).Posterior!.Sentence);
    }

    [Fact]
    public void A_language_model_and_a_single_text_are_not_judged()
    {
        Assert.Null((InUse with { Latent = 0, Kl = 0, ActiveUnits = 0, RandomLatentGap = null }).Posterior);
        Assert.Null((InUse with { Texts = 1, ActiveUnits = 0 }).Posterior);
    }

    [Fact]
    public void The_sentence_is_the_same_where_numbers_have_a_decimal_comma()
    {
        var before = CultureInfo.CurrentCulture;
        var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat.NumberDecimalSeparator = ",";
        CultureInfo.CurrentCulture = comma;
        try
        {
            Assert.Equal("5,25", $"{5.25}");
            Assert.Equal("the posterior is in use: KL 5.25 nats, 20 of 50 units active, a random latent vector costs 30.5 nats more", InUse.Posterior!.Sentence);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
