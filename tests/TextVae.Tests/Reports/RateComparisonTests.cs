using TextVae.Reports;

namespace TextVae.Tests.Reports;

public class RateComparisonTests
{
    private static readonly SampleFigures Real = new("real texts", 500, 1, 1, null, null, 2.2, 2.5, []);

    private static RateTrial Trial(double? nats, double reverse, double right, double? kl = null, bool misses = false) => new()
    {
        Run = $"nats-{nats}",
        Nats = nats,
        Kl = kl ?? nats ?? 5,
        MissesTarget = misses,
        BitsPerCharacter = 1,
        CharactersRight = right,
        Unique = 1,
        Novel = 1,
        ForwardBits = 2,
        ReverseBits = reverse,
    };

    private static RateComparison Of(params RateTrial[] trials) => new(trials, Real);

    [Fact]
    public void The_best_reconstructions_win_among_the_runs_whose_samples_cover_real_texts_as_well_as_the_best()
    {
        var found = Of(Trial(32, 2.9, 0.9), Trial(8, 2.70, 0.3), Trial(16, 2.74, 0.5), Trial(null, 2.80, 0.2));
        Assert.Equal(16, found.Recommended.Nats); // 32 reconstructs better, and draws worse
        Assert.Equal([null, 8, 16, 32], found.Trials.Select(trial => trial.Nats)); // by the KL that they came to
        Assert.Equal("16 nats are recommended: samples say as much about real texts as the best, to 2% (2.74 bits per character under their n-grams, 2.50 under those of as many real texts), and of the 2 rates of which that is true none has more characters reconstructed (50%)", found.Reason);
        Assert.Equal(["objective.kl.schedule=target", "objective.kl.nats=16"], found.Recommended.Overrides());
    }

    [Fact]
    public void What_comes_by_itself_is_recommended_where_nothing_beats_it()
    {
        var found = Of(Trial(8, 3.1, 0.3), Trial(null, 2.5, 0.2));
        Assert.Null(found.Recommended.Nats);
        Assert.Empty(found.Recommended.Overrides());
        Assert.Equal("the KL as it comes is recommended: at no other rate do samples say as much about real texts (2.50 bits per character under their n-grams, 2.50 under those of as many real texts)", found.Reason);
        Assert.EndsWith("longer runs would tell more", Of(Trial(8, 3.9, 0.3), Trial(null, 4.0, 0.2)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_came_to_another_KL_or_has_no_figures_is_recommended_only_where_there_is_no_other()
    {
        Assert.Equal(8, Of(Trial(16, 2.0, 0.9, kl: 40, misses: true), Trial(8, 2.5, 0.3), Trial(null, double.NaN, 1)).Recommended.Nats);
        Assert.Equal(16, Of(Trial(16, 2.0, 0.9, kl: 40, misses: true), Trial(null, double.NaN, 1)).Recommended.Nats);
        Assert.Null(Of(Trial(null, double.NaN, 1)).Recommended.Nats);
    }
}
