using TextVae.Models;
using TextVae.Objectives;
using TextVae.Runs;
using TextVae.Training;

namespace TextVae.Tests;

public sealed class RateTradeoffTests : IDisposable
{
    private static readonly ReportOptions Little = new() { Limit = 20, Samples = 10, Reconstructions = 5, MapPoints = 0, BaselineCharacters = 1_000, NearestAmong = 1 };
    private static readonly Recipe Recipe = Tiny.Recipe with { Objective = Tiny.Recipe.Objective with { FreeBits = 0.1 } };
    private static readonly TrainingTexts Texts = TrainingTexts.Of(Enumerable.Range(0, 300).Select(i => $"text {i * 7919 % 1000} ab"));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static RateTradeoffOptions At(params double[] nats) => new() { Nats = nats, Report = Little };

    [Fact]
    public void Runs_differ_in_the_rate_alone_and_what_was_stopped_goes_on()
    {
        using var stop = new CancellationTokenSource();
        var second = new Watcher(run => run == 2, stop);
        Assert.Throws<OperationCanceledException>(() => RateTradeoff.Run(_folder["all"], Recipe, Texts, At(2.5, 2.5) with { Observers = [second] }, stop.Token));
        Assert.Equal(1, new RunFolder(_folder["all/nats-2.5"]).SavedStep);
        var watcher = new Watcher(_ => false, stop);

        var found = RateTradeoff.Run(_folder["all"], Recipe, Texts, At(2.5, 2.5) with { Observers = [watcher] });

        Assert.Equal([12, 1], watcher.StepsDone);
        Assert.Equal(["free", "nats-2.5"], found.Trials.Select(trial => Path.GetFileName(trial.Run)).Order());
        Assert.Contains(found.Recommended, found.Trials);
        Assert.Equal((10, 2.5), (found.Real.Texts, found.Trials.Single(trial => trial.Run.EndsWith("2.5", StringComparison.Ordinal)).Nats));
        var held = new RunFolder(_folder["all/nats-2.5"]).ReadTraining().Recipe;
        Assert.Equal((2.5, 0), (Assert.IsType<TargetSchedule>(held.Objective.Kl).Nats, held.Objective.FreeBits));
        Assert.Equal(RecipeFile.ToJson(Recipe), RecipeFile.ToJson(held with { Objective = Recipe.Objective }));
        Assert.Equal(RecipeFile.ToJson(Recipe), RecipeFile.ToJson(new RunFolder(_folder["all/free"]).ReadTraining().Recipe));
        using var session = TextVaeSession.Load(_folder["all/nats-2.5"]);
        Assert.Equal(2, session.Sample(2).Count());
    }

    [Fact]
    public void A_search_leaves_nothing_behind_and_passes_over_what_the_KL_comes_to_by_itself()
    {
        var options = At(1e-6, 1e6) with { PassesOverReached = true };
        var found = RateTradeoff.Search(_folder["run"], Recipe, Texts, options);
        Assert.Equal([null, 1e6], found.Trials.Select(trial => trial.Nats).Order());
        Assert.True(found.Trials.Single(trial => trial.Nats is not null).MissesTarget);
        Assert.Null(found.Recommended.Nats);

        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => RateTradeoff.Search(_folder["run"], Recipe, Texts, options with { Observers = [new Watcher(run => run == 1, stop)] }, stop.Token));
        NothingIsLeft();
    }

    [Fact]
    public void Rates_that_cannot_be_and_recipes_without_a_rate_of_their_own_are_refused()
    {
        void Refused(string why, Recipe recipe, params double[] nats) =>
            Assert.Contains(why, Assert.Throws<InvalidInputException>(() => RateTradeoff.Run(_folder["all"], recipe, Texts, At(nats))).Message, StringComparison.Ordinal);
        Refused("a wanted KL is 0", Recipe, 0);
        Refused("a wanted KL is NaN", Recipe, double.NaN);
        Refused("objective.kl.schedule", Recipe with { Objective = new ObjectiveConfig { Kl = new TargetSchedule() } }, 4);
        Refused("model.latent is 0", Recipe with { Model = Tiny.Config with { Latent = 0, Encoder = new NoEncoderConfig(), Expansion = new NoExpansionConfig() } }, 4);
        NothingIsLeft();
    }

    private void NothingIsLeft() => Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(_folder.Path), path => Path.GetFileName(path) != "cache");

    /// <summary>Keeps where each run begins, and stops one after its first step.</summary>
    private sealed class Watcher(Func<int, bool> stopsAt, CancellationTokenSource stop) : ITrainingObserver
    {
        public List<long> StepsDone { get; } = [];

        public void Started(TrainingStart start) => StepsDone.Add(start.StepsDone);

        public void Stepped(long step)
        {
            if (stopsAt(StepsDone.Count))
            {
                stop.Cancel();
            }
        }
    }
}
