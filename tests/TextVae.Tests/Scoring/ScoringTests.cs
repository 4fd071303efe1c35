using TextVae.Runs;
using TextVae.Scoring;
using TextVae.Storage;
using TextVae.Tokenizers;
using TextVae.Training;

namespace TextVae.Tests.Scoring;

/// <summary>A run that all tests share.</summary>
public sealed class ScoredRun : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ScoredRun()
    {
        using var corpus = Tiny.Corpus(_folder.Path);
        Run = new RunFolder(_folder["run"]);
        Run.Begin(new TrainingFile { Recipe = Tiny.Recipe, DataPaths = [_folder["texts.txt"]], DataFingerprint = corpus.Fingerprint }, corpus.Tokenizer.Vocabulary);
        using var trainer = new Trainer(Tiny.Recipe, corpus, Run, []);
        trainer.Run();
        Validation = [.. Enumerable.Range(0, (int)corpus.Validation.EvaluationCount).Select(index =>
        {
            var ids = new int[corpus.Validation.Length];
            corpus.Validation.Read(index, ids);
            return corpus.Tokenizer.Decode(ids);
        })];
        Session = TextVaeSession.Load(Run.Path, new SessionOptions { Precision = Precision.Float32 });
    }

    internal RunFolder Run { get; }

    internal TextVaeSession Session { get; }

    internal string[] Validation { get; }

    internal string DataPath => _folder["texts.txt"];

    public void Dispose()
    {
        Session.Dispose();
        _folder.Dispose();
    }
}

public class ScoringTests(ScoredRun scored) : IClassFixture<ScoredRun>
{
    private List<TextScore> Score(ScoringOptions options, params string[] texts) => [.. scored.Session.Score(texts, options)];

    [Fact]
    public void Scores_come_in_the_order_of_the_texts_whatever_is_read_ahead()
    {
        string[] texts = [.. Enumerable.Range(0, 50).Select(number => $"text {number * number}{(number % 3 == 0 ? " ab" : "")}")];
        var all = Score(new ScoringOptions(), texts);
        var few = Score(new ScoringOptions { ReadAhead = 7 }, texts);
        Assert.Equal(texts, all.Select(score => score.Text));
        Assert.Equal(texts, few.Select(score => score.Text));
        Assert.All(all.Zip(few), pair => Assert.Equal(pair.First.Nats!.Value, pair.Second.Nats!.Value, 1e-4));
        Assert.All(all, score => Assert.Equal(score.Nats!.Value / score.Text.Length / Math.Log(2), score.BitsPerCharacter!.Value, 1e-9));
        Assert.All(all, score => Assert.Equal(score.Nats!.Value, score.Reconstruction!.Value + score.Kl!.Value, 1e-4));
        Assert.All(all, score => Assert.Null(score.Percentile));
    }

    [Fact]
    public void The_first_score_comes_before_the_texts_are_exhausted()
    {
        var read = 0;
        IEnumerable<string> Endless()
        {
            while (true)
            {
                read++;
                yield return "text 1";
            }
        }
        Assert.Equal(25, scored.Session.Score(Endless(), new ScoringOptions { ReadAhead = 10 }).Take(25).Count());
        Assert.Equal(30, read);
        Assert.Single(scored.Session.Score(Endless(), new ScoringOptions { ReadAhead = 1 }).Take(1));
        Assert.Equal(31, read);
    }

    [Fact]
    public void A_text_that_is_longer_than_the_model_reads_is_scored_in_pieces_of_about_the_same_length()
    {
        var done = 0L;
        var scores = Score(new ScoringOptions { PerToken = true, Scored = new Told<long>(more => Interlocked.Add(ref done, more)) }, "text 1", "text 1 text 1 text☂", "", "tëxt ☂");
        Assert.Equal([null, 2, null, null], scores.Select(score => score.Pieces));
        Assert.All(scores, score => Assert.Null(score.Fault));
        Assert.Equal([0, 1, 0, 2], scores.Select(score => score.Unknown));
        Assert.Null(scores[2].BitsPerCharacter); // no character to divide by
        var pieces = Score(new ScoringOptions(), "text 1 te", "xt 1 text☂");
        Assert.Equal(pieces.Sum(piece => piece.Nats!.Value), scores[1].Nats!.Value, 1e-4);
        Assert.Equal(scores[1].Nats!.Value / 19 / Math.Log(2), scores[1].BitsPerCharacter!.Value, 1e-9);
        Assert.Equal(scores[1].Reconstruction!.Value, scores[1].Tokens!.Sum(token => token.Nats), 1e-4);
        Assert.Equal(5, done); // the long one's pieces count each
        Assert.Equal(70, Assert.Single(Score(new ScoringOptions(), new string('a', 1_050))).Pieces);
    }

    [Fact]
    public void Tokens_have_names_and_their_costs_add_up_to_the_reconstruction()
    {
        var score = Assert.Single(Score(new ScoringOptions { PerToken = true }, "text ☂"));
        Assert.Equal(["t", "e", "x", "t", " ", Vocabulary.Unknown, Vocabulary.End], score.Tokens!.Select(token => token.Token));
        Assert.Equal(score.Reconstruction!.Value, score.Tokens!.Sum(token => token.Nats), 1e-4);
    }

    [Fact]
    public void Percentiles_are_among_the_validation_texts_which_are_scored_once_for_each_method()
    {
        var counts = new Told<long>();
        foreach (var options in new[] { new ScoringOptions(), new ScoringOptions { ImportanceSamples = 2 } })
        {
            var distribution = scored.Session.ValidationScores(options, counts);
            var again = scored.Session.ValidationScores(options, counts);
            Assert.Equal(distribution.Quantiles, again.Quantiles);

            var ordered = Score(options with { Validation = distribution }, scored.Validation).OrderBy(score => score.BitsPerCharacter).ToList();
            Assert.Equal(0, ordered[0].Percentile!.Value, 1.0);
            Assert.Equal(50, ordered[ordered.Count / 2].Percentile!.Value, 100.0 / ordered.Count + 1);
            Assert.Equal(100, ordered[^1].Percentile!.Value, 1.0);
            Assert.Equal(ordered.Select(score => score.Percentile).Order(), ordered.Select(score => score.Percentile));
        }
        Assert.Equal([scored.Validation.Length, scored.Validation.Length], counts.Reports);
    }

    [Fact]
    public void Kept_scores_of_other_weights_and_damaged_ones_are_measured_again()
    {
        var options = new ScoringOptions { ImportanceSamples = 3 };
        var path = scored.Run.At("validation-scores.importance-3.json");
        var expected = scored.Session.ValidationScores(options).Quantiles;
        foreach (var bad in new[] { """{ "weightsSha256": "00", "texts": 1, "bitsPerCharacter": [1, 2] }""", "{" })
        {
            File.WriteAllText(path, bad);
            Assert.Equal(expected, scored.Session.ValidationScores(options).Quantiles, (a, b) => Math.Abs(a - b) < 1e-9);
            Assert.Equal(expected, JsonFile.Read<ValidationScoresFile>(path).BitsPerCharacter, (a, b) => Math.Abs(a - b) < 1e-9);
        }
    }

    [Fact]
    public void Without_the_training_data_there_are_no_percentiles()
    {
        var texts = File.ReadAllText(scored.DataPath);
        try
        {
            File.AppendAllText(scored.DataPath, "one more\n");
            var changed = Assert.Throws<InvalidInputException>(() => scored.Session.ValidationScores(new ScoringOptions { ImportanceSamples = 4 }));
            Assert.Contains("the texts have changed since", changed.Message);
            File.Delete(scored.DataPath);
            var missing = Assert.Throws<InvalidInputException>(() => scored.Session.ValidationScores(new ScoringOptions { ImportanceSamples = 4 }));
            Assert.Contains("found no such file", missing.Message);
        }
        finally
        {
            File.WriteAllText(scored.DataPath, texts);
        }
    }

    [Fact]
    public void Options_that_make_no_sense_are_refused_before_a_text_is_read()
    {
        Assert.Throws<InvalidInputException>(() => scored.Session.Score([], new ScoringOptions { ReadAhead = 0 }));
        Assert.Throws<InvalidInputException>(() => scored.Session.Score([], new ScoringOptions { ImportanceSamples = -1 }));
    }
}
