using TextVae.Evaluation;

namespace TextVae.Tests.Evaluation;

public sealed class EvaluationPartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Parts_read_again_give_the_figures_of_the_whole_to_the_bit()
    {
        using var session = TinySession.Train(_folder);
        using var corpus = Tiny.Corpus(_folder.Path);
        var options = new EvaluationOptions { Limit = 90, ImportanceSamples = 3 };
        var whole = session.Evaluate(corpus.Train, options);
        foreach (var of in new[] { 1, 3, 40 }) // of 23 batches
        {
            var parts = Enumerable.Range(1, of).Select(number => Part(new Shard(number, of))).ToList();
            Assert.Equal(whole, EvaluationPart.Join(parts).Report());
        }
        EvaluationPart[] two = [Part(new Shard(1, 2)), Part(new Shard(2, 2))];
        Assert.Throws<InvalidInputException>(() => two[1].Report());
        Assert.Throws<InvalidInputException>(() => EvaluationPart.Join([two[1], two[0]]));

        EvaluationPart Part(Shard shard)
        {
            session.EvaluatePart(shard, corpus.Train, options).Write(_folder["part.json"]);
            return EvaluationPart.Read(_folder["part.json"]);
        }
    }

    [Fact]
    public void What_is_no_part_is_refused()
    {
        File.WriteAllText(_folder["x.json"], "{}");
        Assert.Contains("x.json: found no part", Assert.Throws<InvalidInputException>(() => EvaluationPart.Read(_folder["x.json"])).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidInputException>(() => EvaluationPart.Read(_folder["missing.json"]));
    }
}
