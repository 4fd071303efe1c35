using TextVae.Reports;

namespace TextVae.Tests.Reports;

public sealed class TrainingCurvesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_metrics_of_an_earlier_version_are_read()
    {
        var curves = TrainingCurves.Read(Path.Combine(Repository.Root, "tests", "TextVae.Tests", "Fixtures", "run-of-0.1", "metrics.jsonl"));
        var last = curves.Validation[^1];
        Assert.Equal((200, 1), (last.Step, last.Beta));
        Assert.Equal(3.862759594535526, last.BitsPerCharacter.Total, 1e-12);
        Assert.Equal(200, curves.Training[^1].Step);
    }

    [Fact]
    public void What_is_no_report_is_passed_over_and_a_long_training_is_thinned_out()
    {
        var lines = Enumerable.Range(1, 1_000).Select(step => $$"""{"kind":"training","step":{{step}},"bits_per_character":{"reconstruction":2,"kl":1,"total":3},"beta":0.5}""");
        var path = _folder.Write("metrics.jsonl", $"nonsense\n{{\"kind\":\"decision\",\"step\":3}}\n{string.Join('\n', lines)}\n{{\"kind\":\"train");
        var curves = TrainingCurves.Read(path);
        Assert.Equal((400, 1, 1_000), (curves.Training.Count, curves.Training[0].Step, curves.Training[^1].Step));
        Assert.Empty(curves.Validation);
        Assert.Empty(TrainingCurves.Read(_folder["none.jsonl"]).Training);
    }
}
