namespace TextVae.Tests;

public class TextVaeSessionTests
{
    private static TextVaeSession Train(TemporaryFolder folder) => TinySession.Train(folder);

    [Fact]
    public void What_the_README_shows_works()
    {
        using var folder = new TemporaryFolder();
        using var session = Train(folder);

        Assert.Equal(5, session.Sample(5).Count());
        var encoded = session.Encode(["text 1 ab", "text 22 ab"]).ToList();

        Assert.All(encoded, text => Assert.Equal((3, 3, true), (text.Mean.Length, text.StandardDeviation.Length, text.Fits)));
        Assert.NotEqual(encoded[0].Mean[0], encoded[1].Mean[0]);
        Assert.Equal(encoded[1].Mean[2], session.Encode("text 22 ab").Mean[2], 1e-5f);
    }

    [Fact]
    public void The_same_seed_samples_the_same_texts_in_any_number()
    {
        using var folder = new TemporaryFolder();
        using var session = Train(folder);
        List<string> Sample(int count, double? temperature, long seed) => [.. session.Sample(count, new SamplingOptions { Temperature = temperature, Seed = seed })];
        Assert.Equal(Sample(20, null, 1)[..7], Sample(7, null, 1));
        Assert.Equal(Sample(20, 1, 1), Sample(20, 1, 1));
        Assert.NotEqual(Sample(20, 1, 1), Sample(20, 1, 2));
    }

    [Fact]
    public void Texts_that_are_asked_for_in_turns_are_those_of_each_alone()
    {
        using var folder = new TemporaryFolder();
        using var session = TinySession.Expressive(folder);
        var (one, other) = (new SamplingOptions { Temperature = 1, Seed = 1 }, new SamplingOptions { NumBeams = 2, Seed = 2 });
        var (alone, otherAlone) = (session.Sample(700, one).ToList(), session.Sample(700, other).ToList());
        var inTurns = session.Sample(700, one).Zip(session.Sample(700, other)).ToList();
        Assert.Equal(alone, inTurns.Select(pair => pair.First));
        Assert.Equal(otherAlone, inTurns.Select(pair => pair.Second));
        Assert.Equal(alone[..100], session.Sample(int.MaxValue, one).Take(100)); // no more is made than is asked for
        Assert.Empty(session.Sample(0, one));
    }

    [Fact]
    public void What_is_made_in_several_calls_is_what_one_makes()
    {
        using var folder = new TemporaryFolder();
        using var session = Train(folder);
        var options = new SamplingOptions { Temperature = 1, Seed = 4 };
        Assert.Equal(
            session.Generate(20, options).Select(text => text.Text),
            session.Generate(7, options).Concat(session.Generate(13, options, first: 7)).Select(text => text.Text));
    }

    [Fact]
    public void Reconstructions_come_with_their_texts_and_long_ones_are_refused()
    {
        using var folder = new TemporaryFolder();
        using var session = Train(folder);
        Assert.Equal(["text 1", "text 2"], session.Reconstruct(["text 1", "text 2"]).Select(pair => pair.Text));

        var error = Assert.Throws<InvalidInputException>(() => session.Reconstruct("a text of nineteen."));
        Assert.Equal(InputKind.Data, error.Kind);
        Assert.Contains("found 19 tokens; expected at most 15", error.Message);
    }

    [Fact]
    public void Interpolation_ends_at_the_reconstructions_of_its_two_texts()
    {
        using var folder = new TemporaryFolder();
        using var session = Train(folder);
        var ends = session.Reconstruct(["text 1 ab", "text 902 ab"]).Select(pair => pair.Reconstructed).ToList();
        foreach (var spherical in new[] { false, true })
        {
            var texts = session.Interpolate("text 1 ab", "text 902 ab", 5, spherical);
            Assert.Equal(5, texts.Count);
            Assert.Equal(ends, [texts[0].Text, texts[^1].Text]);
        }
        var drawn = session.Sample(2, new SamplingOptions { Seed = 9 }).ToList();
        var between = session.Interpolate(3, options: new SamplingOptions { Seed = 9 });
        Assert.Equal(drawn, [between[0].Text, between[^1].Text]);
    }

    [Fact]
    public void An_analogy_of_a_text_with_itself_changes_nothing_and_a_traversal_knows_its_dimensions()
    {
        using var folder = new TemporaryFolder();
        using var session = Train(folder);
        var same = Assert.Single(session.Reconstruct(["text 30 ab"])).Reconstructed;
        Assert.Equal(same, session.Analogy("text 30 ab", "text 7 ab", "text 7 ab").Text);

        var values = session.Traverse("text 30 ab", dimension: 2, points: 4).Select(found => found.Value).ToList();
        Assert.Equal(values, values.Order());
        Assert.Equal(4, values.Count);
        Assert.Contains("expected a number from 0 to 2", Assert.Throws<InvalidInputException>(() => session.Traverse(null, 3, 4)).Message);
    }

    [Fact]
    public void Threads_that_use_it_at_once_get_what_each_gets_alone()
    {
        using var folder = new TemporaryFolder();
        using var session = Train(folder);
        var alone = Enumerable.Range(0, 8).Select(seed => session.Sample(5, new SamplingOptions { Temperature = 1, Seed = seed }).ToList()).ToList();
        var together = new List<string>[alone.Count];
        Parallel.For(0, together.Length, seed =>
        {
            session.Encode(["text 1 ab"]);
            together[seed] = [.. session.Sample(5, new SamplingOptions { Temperature = 1, Seed = seed })];
        });
        Assert.Equal(alone, together);
    }
}
