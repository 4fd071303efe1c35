using TextVae.Data;
using TextVae.Models;
using TextVae.Objectives;

namespace TextVae.Tests;

public sealed class TextVaeSessionReportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_report_has_the_bound_baselines_reconstructions_samples_and_the_latent_space()
    {
        using var session = Train(Tiny.Recipe);
        var told = new List<string>();
        var report = session.Report(new ReportOptions { Samples = 12, Reconstructions = 7, MapPoints = 9 }, progress: new Told<ReportProgress>(progress => told.Add($"{progress.Done}/{progress.Of}")));

        Assert.Equal(session.Evaluate().Result.Elbo, report.Bound.Elbo, 1e-9);
        Assert.Equal(report.TrainingTexts, report.BaselineTexts);
        Assert.All(report.Baselines, cost => Assert.InRange(cost.BitsPerCharacter, 0.1, 6));
        Assert.Equal((7, 7), (report.Reconstruction!.Texts, report.Reconstruction.Examples.Count));
        Assert.Equal(["greedily", "at temperature 1"], report.Samples.Select(figures => figures.Source));
        Assert.Equal(session.Sample(12), report.Samples[0].Examples);
        Assert.Equal(session.Sample(12, new SamplingOptions { Temperature = 1 }), report.Samples[1].Examples);
        Assert.Equal((12, 1.0), (report.Real.Texts, report.Real.Novel)); // equal texts are in one split
        Assert.Equal(9, report.Map!.Points.Count);
        Assert.All(report.Interpolations, way => Assert.Equal(9, way.Count));
        Assert.Equal(4, report.Interpolations.Count);
        Assert.Equal([4, 8, 12], report.Curves.Validation.Select(point => point.Step));
        Assert.Equal(1, report.Lengths.Sum(bin => bin.Samples), 1e-9);
        Assert.Empty(report.LeftOut);
        Assert.Equal(["0/6", "1/6", "2/6", "3/6", "4/6", "5/6"], told);
    }

    [Fact]
    public void A_report_of_a_language_model_leaves_out_what_needs_a_latent_vector_and_says_so()
    {
        using var session = Train(Tiny.Recipe with
        {
            Model = Tiny.Config with { Latent = 0, Encoder = new NoEncoderConfig(), Expansion = new NoExpansionConfig() },
            Objective = new ObjectiveConfig { Alpha = 0, Kl = new ConstantSchedule() },
        });
        var report = session.Report(new ReportOptions { Samples = 10 });
        Assert.Null(report.Reconstruction);
        Assert.Null(report.Map);
        Assert.Empty(report.Interpolations);
        Assert.Equal(["at temperature 1"], report.Samples.Select(figures => figures.Source));
        Assert.Contains("language model", Assert.Single(report.LeftOut), StringComparison.Ordinal);

        var beside = session.Report(new ReportOptions { Samples = 1 }, [session]).Baselines[^1];
        Assert.Equal("run, a language model", beside.Name);
        Assert.Equal(report.Bound.BitsPerCharacter.Total, beside.BitsPerCharacter, 1e-6);
    }

    [Fact]
    public void Another_model_stands_beside_with_its_cost_of_the_same_texts()
    {
        using var other = Train(Tiny.Recipe with { Training = Tiny.Recipe.Training with { Seed = 2 } }, "other");
        using var elsewhere = Train(Tiny.Recipe with { Data = Tiny.Recipe.Data with { Split = NeverParted.Near } }, "elsewhere");
        using var session = Train(Tiny.Recipe);
        var report = session.Report(new ReportOptions { Samples = 1, Reconstructions = 1, MapPoints = 0 }, [other, elsewhere]);
        Assert.Equal(["other", "elsewhere, which may have learned from these texts"], report.Baselines.Skip(4).Select(cost => cost.Name));
        Assert.Equal(other.Evaluate().Result.BitsPerCharacter.Total, report.Baselines[4].BitsPerCharacter, 0.01); // of other draws
    }

    [Fact]
    public void A_report_of_windows_leaves_out_what_needs_whole_texts_and_says_so()
    {
        using var session = Train(Tiny.Recipe with { Data = Tiny.Recipe.Data with { Texts = TextKind.Windows } });
        var report = session.Report(new ReportOptions { Samples = 10, Split = TextSplit.Test });
        Assert.NotNull(report.Reconstruction);
        Assert.Null(report.Samples[0].Novel);
        Assert.Empty(report.Lengths);
        Assert.Contains("windows", Assert.Single(report.LeftOut), StringComparison.Ordinal);
        Assert.All(report.Baselines, cost => Assert.InRange(cost.BitsPerCharacter, 0.1, 6));
    }

    private TextVaeSession Train(Recipe recipe, string name = "run")
    {
        Tiny.Corpus(_folder.Path).Dispose();
        TextVaeTraining.Run(_folder[name], recipe, TrainingTexts.Files(_folder["texts.txt"]));
        return TextVaeSession.Load(_folder[name]);
    }
}
