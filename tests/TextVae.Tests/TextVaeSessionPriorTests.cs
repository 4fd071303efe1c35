using TextVae.Evaluation;
using TextVae.Models;
using TextVae.Training;

namespace TextVae.Tests;

public sealed class TextVaeSessionPriorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TextVaeSessionPriorTests() => Tiny.Corpus(_folder.Path).Dispose();

    public void Dispose() => _folder.Dispose();

    private TrainingTexts Data => TrainingTexts.Files(_folder["texts.txt"]);

    private string Path => _folder["run"];

    private static Recipe Steps(long steps) => Tiny.Recipe with { Training = Tiny.Recipe.Training with { Steps = steps } };

    private TrainingResult Train(long steps = 12) => TextVaeTraining.Run(Path, Steps(steps), Data);

    private TextVaeSession Load() => TextVaeSession.Load(Path, new SessionOptions { Precision = Precision.Float32 });

    /// <summary>Replaces the prior of the weights there.</summary>
    private void Replace(GaussianMixture mixture, bool isPreferred = true)
    {
        using var session = Load();
        var figures = new FittedPrior { Components = mixture.Components, Texts = 1, HeldOutTexts = 1, LogDensity = isPreferred ? 0 : -2, StandardLogDensity = -1 };
        new SavedPrior(mixture, figures, session.Saved.WeightsSha256).Write(Path);
    }

    /// <summary>One Gaussian at a place far from the origin, hardly any wider than a point.</summary>
    private static GaussianMixture Far => new([1], [3, -3, 3], [1e-6, 0, 0, 0, 1e-6, 0, 0, 0, 1e-6]);

    private static GaussianMixture Unit => new([1], [0, 0, 0], [1, 0, 0, 0, 1, 0, 0, 0, 1]);

    [Fact]
    public void Training_ends_with_a_prior_of_the_weights_to_use_which_a_later_fit_agrees_with()
    {
        Assert.Contains(Train().Notes, note => note.StartsWith("fitted prior: ", StringComparison.Ordinal));
        using var session = Load();
        var prior = session.FittedPrior!;
        Assert.Equal((true, null), (prior.Texts > 200 && prior.HeldOutTexts > 5, session.PriorFault));
        Assert.Equal(prior.IsPreferred ? PriorKind.Fitted : PriorKind.Standard, session.PriorInUse());

        var progress = new Told<PriorFitProgress>();
        var fit = session.FitPrior(progress); // as many texts, of so few
        Assert.Equal(prior.Components, fit.Prior.Components);
        Assert.Equal(prior.LogDensity, fit.Prior.LogDensity, 1e-6);
        Assert.Equal(fit.Prior.LogDensity, fit.Tried.Max(one => one.LogDensity));
        Assert.Equal([1, 2, 4], fit.Tried.Select(one => one.Components).Take(3));
        Assert.Contains(new PriorFitProgress(PriorFitPhase.Encoding, prior.Texts + prior.HeldOutTexts, prior.Texts + prior.HeldOutTexts), progress.Reports);
        Assert.Same(session.FittedPrior, fit.Prior);
        using var again = Load();
        Assert.Equal(fit.Prior, again.FittedPrior);
    }

    [Fact]
    public void A_run_that_goes_on_to_other_weights_leaves_the_old_prior_and_gets_another_at_its_end()
    {
        Train();
        var before = File.ReadAllBytes(System.IO.Path.Combine(Path, SavedPrior.Name));
        Assert.True(TextVaeTraining.Run(Path, Steps(40), Data).IsFinished);
        Assert.NotEqual(before, File.ReadAllBytes(System.IO.Path.Combine(Path, SavedPrior.Name)));

        File.WriteAllBytes(System.IO.Path.Combine(Path, SavedPrior.Name), before); // as if the end had not come
        using (var stale = Load())
        {
            Assert.Null(stale.FittedPrior);
            Assert.Contains("other weights", stale.PriorFault, StringComparison.Ordinal);
            Assert.Equal(PriorKind.Standard, stale.PriorInUse());
            Assert.Equal(stale.Sample(3, new SamplingOptions { Prior = PriorKind.Standard }), stale.Sample(3));
            Assert.Contains("other weights", Assert.Throws<InvalidInputException>(() => stale.Sample(1, new SamplingOptions { Prior = PriorKind.Fitted })).Message, StringComparison.Ordinal);
            Assert.Null(stale.Evaluate().FittedPrior);
        }
        Assert.True(TextVaeTraining.Run(Path, Steps(40), Data).IsFinished); // nothing left to do but this
        using var session = Load();
        Assert.NotNull(session.FittedPrior);
    }

    [Fact]
    public void A_fit_that_fails_or_is_stopped_takes_nothing_from_the_training()
    {
        Directory.CreateDirectory(System.IO.Path.Combine(Path, SavedPrior.Name)); // where no file can be written
        var result = Train();
        Assert.True(result.IsFinished);
        Assert.Contains(result.Notes, note => note.StartsWith("the prior is not fitted: ", StringComparison.Ordinal));
        Directory.Delete(System.IO.Path.Combine(Path, SavedPrior.Name));

        using var stop = new CancellationTokenSource();
        var last = new TrainingOptions { Observers = [new StopWhenSaved(14, stop)] };
        Assert.True(TextVaeTraining.Run(Path, Steps(14), Data, last, stop.Token).IsFinished); // and was asked to stop after the last step
        Assert.False(File.Exists(System.IO.Path.Combine(Path, SavedPrior.Name)));
    }

    [Fact]
    public void Under_a_fitted_prior_that_is_the_standard_one_everything_is_as_under_that()
    {
        Train();
        Replace(Unit);
        using var session = Load();
        var report = session.Evaluate(new EvaluationOptions { ImportanceSamples = 3 });
        Assert.Equal(report.Result.Elbo, report.FittedPrior!.Elbo, 1e-9);
        Assert.Equal(report.Result.Kl, report.FittedPrior.Kl, 1e-9);
        Assert.Equal(report.Result.BitsPerCharacter.Total, report.FittedPrior.BitsPerCharacter, 1e-9);
        Assert.Equal(report.Result.Perplexity, report.FittedPrior.Perplexity, 1e-9);
        Assert.Equal(report.ImportanceWeighted!.Nll, report.FittedPrior.ImportanceWeighted!.Nll, 1e-9);
        foreach (var samples in new[] { 0, 3 })
        {
            TextScore Score(PriorKind prior) => session.Score("text 12 ab", new ScoringOptions { Prior = prior, ImportanceSamples = samples });
            Assert.Equal(Score(PriorKind.Standard).Nats!.Value, Score(PriorKind.Fitted).Nats!.Value, 1e-5);
            Assert.Equal(Score(PriorKind.Standard).Kl!.Value, Score(PriorKind.Fitted).Kl!.Value, 1e-5);
        }
        SamplingOptions With(PriorKind prior) => new() { Prior = prior };
        Assert.Equal(session.Generate(5, With(PriorKind.Standard)), session.Generate(5, With(PriorKind.Fitted)));
        Assert.Equal(session.Interpolate(5, spherical: true, With(PriorKind.Standard)), session.Interpolate(5, spherical: true, With(PriorKind.Fitted)));
    }

    [Fact]
    public void The_prior_that_is_asked_for_or_preferred_draws_scores_and_bounds()
    {
        using (var trained = TinySession.Expressive(_folder)) // texts differ with their vectors
        {
            SavedModel.WriteWeights(Path, trained.Saved.Model);
        }
        Replace(Far);
        using var session = Load();
        var there = session.Decode(new float[] { 3, -3, 3 }).Text;
        Assert.Equal(Enumerable.Repeat(there, 8), session.Sample(8));
        Assert.NotEqual(session.Sample(8), session.Sample(8, new SamplingOptions { Prior = PriorKind.Standard }));
        Assert.Equal(Enumerable.Repeat(there, 5), session.Interpolate(5).Select(text => text.Text));
        Assert.NotEqual(
            session.Interpolate("text 1", "text 999 ab", 9, spherical: true, new SamplingOptions { Prior = PriorKind.Standard }),
            session.Interpolate("text 1", "text 999 ab", 9, spherical: true));

        var (standard, fitted) = (session.Score("text 12 ab", new ScoringOptions { Prior = PriorKind.Standard }), session.Score("text 12 ab"));
        Assert.Equal(standard.Reconstruction, fitted.Reconstruction);
        Assert.True(fitted.Kl > standard.Kl + 1_000); // so far from where the texts are
        Assert.Equal(1, (fitted.Kl!.Value - standard.Kl!.Value) / (fitted.Nats!.Value - standard.Nats!.Value), 1e-6);

        Replace(Far, isPreferred: false);
        using var other = Load();
        Assert.Equal(other.Sample(8, new SamplingOptions { Prior = PriorKind.Standard }), other.Sample(8));
        Assert.Equal(Enumerable.Repeat(there, 8), other.Sample(8, new SamplingOptions { Prior = PriorKind.Fitted }));
        Assert.Throws<InvalidInputException>(() => other.Sample(1, new SamplingOptions { Prior = (PriorKind)7 }));
    }

    [Fact]
    public void Percentiles_are_among_scores_under_the_same_prior()
    {
        Train();
        foreach (var isFar in new[] { true, false })
        {
            Replace(isFar ? Far : Unit);
            using var session = Load();
            var (standard, fitted) = (new ScoringOptions { Prior = PriorKind.Standard }, new ScoringOptions());
            Assert.Equal(isFar, session.ValidationScores(fitted).Quantiles[0] > session.ValidationScores(standard).Quantiles[^1]);
            foreach (var options in new[] { standard, fitted })
            {
                var score = session.Score("text 12 ab", options with { Validation = session.ValidationScores(options) });
                Assert.InRange(score.Percentile!.Value, 0.01, 99.99);
            }
        }
        Assert.DoesNotContain("prior", File.ReadAllText(System.IO.Path.Combine(Path, "validation-scores.elbo.json")), StringComparison.Ordinal); // as earlier versions read it
    }

    [Fact]
    public void The_bounds_are_those_of_the_parts_of_an_evaluation_and_higher_by_what_the_fit_gained()
    {
        Train(60);
        using var session = Load();
        var options = new EvaluationOptions { ImportanceSamples = 2 };
        var whole = session.Evaluate(options);
        var parts = Enumerable.Range(1, 2).Select(part => session.EvaluatePart(new Shard(part, 2), null, options)).ToList();
        parts[0].Write(_folder["part.json"]);
        Assert.Equal(whole.FittedPrior, EvaluationPart.Join([EvaluationPart.Read(_folder["part.json"]), parts[1]]).Report().FittedPrior);
        Assert.Equal(session.FittedPrior!.Gain, whole.FittedPrior!.Elbo - whole.Result.Elbo, 0.5); // other samples of the posteriors
        Assert.True(whole.FittedPrior.ImportanceWeighted!.Nll <= -whole.FittedPrior.Elbo + 0.5);
        Assert.Null(session.Evaluate(options with { Prior = PriorKind.Standard }).FittedPrior);
    }

    [Fact]
    public void An_archive_has_the_prior_and_a_damaged_one_is_refused_in_its_name()
    {
        Train();
        Replace(Far);
        var archive = _folder["model.textvae"];
        ModelArchive.Pack(Path, archive);
        using (var run = Load())
        using (var packed = TextVaeSession.Load(archive, new SessionOptions { Precision = Precision.Float32 }))
        {
            Assert.Equal(run.FittedPrior, packed.FittedPrior);
            Assert.Equal(run.Generate(4), packed.Generate(4));
            Assert.Throws<InvalidInputException>(() => packed.FitPrior());
        }
        File.WriteAllText(System.IO.Path.Combine(Path, SavedPrior.Name), "damaged");
        ModelArchive.Pack(Path, archive);
        Assert.StartsWith("model/prior.safetensors: ", Assert.Throws<InvalidInputException>(() => TextVaeSession.Load(archive)).Message, StringComparison.Ordinal);
        using var damaged = Load(); // in a run folder another can be fitted
        Assert.StartsWith(System.IO.Path.Combine(Path, SavedPrior.Name), Assert.Throws<InvalidInputException>(() => damaged.Sample(1)).Message, StringComparison.Ordinal);
        Assert.NotEmpty(damaged.Encode("text 1").Mean);
        damaged.FitPrior();
        Assert.Single(damaged.Sample(1));
    }

    [Fact]
    public void A_language_model_and_a_run_without_the_file_have_the_standard_prior_alone()
    {
        using var session = TinySession.Train(_folder);
        Assert.Equal((null, null, PriorKind.Standard), (session.FittedPrior, session.PriorFault, session.PriorInUse()));
        Assert.Equal(session.Generate(4, new SamplingOptions { Prior = PriorKind.Standard }), session.Generate(4));
        var error = Assert.Throws<InvalidInputException>(() => session.Score("text 1", new ScoringOptions { Prior = PriorKind.Fitted }));
        Assert.Equal(InputKind.RunFolder, error.Kind);
        Assert.Contains("the prior is fitted; expected standard", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(System.IO.Path.Combine(Path, SavedPrior.Name)));
    }

    private sealed class StopWhenSaved(long at, CancellationTokenSource stop) : ITrainingObserver
    {
        public void Saved(long step)
        {
            if (step == at)
            {
                stop.Cancel();
            }
        }
    }
}
