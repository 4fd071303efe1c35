using System.Text;
using TextVae.Generation;
using TextVae.Models;
using TextVae.Objectives;
using TextVae.Texts;

namespace TextVae.Tests;

/// <summary>A session's encodings, and what they tell of texts.</summary>
public sealed class TextVaeSessionLatentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TextVaeSession _session;

    public TextVaeSessionLatentTests() => _session = TinySession.Expressive(_folder);

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Texts_are_encoded_as_they_are_read_and_one_that_does_not_fit_keeps_its_place()
    {
        var read = 0;
        var texts = Enumerable.Range(0, 1000).Select(number =>
        {
            read++;
            return number == 3 ? "a text of nineteen." : number == 4 ? "text é" : $"text {number}";
        });
        Assert.Equal(300, _session.Encode(texts).Take(300).Count());
        Assert.Equal(2 * TextGenerator.BatchSize, read);

        var encoded = _session.Encode(texts.Take(6)).ToList();
        Assert.Equal(["text 0", "text 1", "text 2", "a text of nineteen.", "text é", "text 5"], encoded.Select(text => text.Text));
        Assert.Equal([true, true, true, false, true, true], encoded.Select(text => text.Fits));
        Assert.Equal([0, 0, 0, 0, 1, 0], encoded.Select(text => text.Unknown));
        Assert.All(encoded[3].Mean.Concat(encoded[3].StandardDeviation), value => Assert.True(float.IsNaN(value)));
        Assert.Contains("found 19 tokens; expected at most 15", encoded[3].Fault);
        Assert.Contains("found 19 tokens", Assert.Throws<InvalidInputException>(() => _session.Encode("a text of nineteen.")).Message);
    }

    [Fact]
    public void A_fault_shows_a_text_on_one_line_and_splits_no_character()
    {
        var fault = Assert.Single(_session.Encode(["1\n" + string.Concat(Enumerable.Repeat("😀", 30)) + " 3"])).Fault!;
        Assert.StartsWith(@"text '1\n😀", fault);
        Assert.DoesNotContain(Rune.ReplacementChar, fault.EnumerateRunes());

        fault = Assert.Single(_session.Encode(["1" + string.Concat(Enumerable.Repeat("😀", 30))])).Fault!;
        Assert.DoesNotContain(Rune.ReplacementChar, fault.EnumerateRunes());
    }

    [Fact]
    public void A_reconstruction_from_a_sample_depends_on_the_seed_and_the_texts_place()
    {
        string[] texts = [.. Enumerable.Range(0, 40).Select(number => $"text {number} ab")];
        List<string> From(int seed, bool sample) => [.. _session.Reconstruct(texts, new SamplingOptions { Seed = seed }, sample).Select(pair => pair.Reconstructed!)];
        Assert.Equal(From(1, false), From(2, false));
        Assert.Equal(From(1, true), From(1, true));
        Assert.NotEqual(From(1, true), From(2, true));
        Assert.NotEqual(From(1, true), From(1, false));
    }

    [Fact]
    public void Texts_near_another_one_are_as_far_away_as_was_wanted()
    {
        var reconstruction = Assert.Single(_session.Reconstruct(["text 30 ab"])).Reconstructed;
        var reachable = _session.Near("text 30 ab", 1, 64).Distance; // what noise can do at most
        Assert.True(reachable > 0.05, $"the model writes one text only, whatever the noise: {reachable}");

        var near = _session.Near("text 30 ab", reachable / 2, 64, new SamplingOptions { Seed = 1 });

        Assert.Equal(reconstruction, near.Reconstruction);
        Assert.All(near.Texts, text => Assert.Equal(EditDistance.Normalized(text.Text.Text, reconstruction!), text.Distance));
        Assert.Equal(near.Distance, near.Texts.Average(text => text.Distance), 1e-9); // the same 64 texts that measured the radius
        Assert.Equal(near.IsReached, Math.Abs(near.Distance - reachable / 2) <= 0.01);
        Assert.InRange(near.Distance, 0.25 * reachable, 0.75 * reachable);
        Assert.Equal(near.Texts, _session.Near("text 30 ab", reachable / 2, 64, new SamplingOptions { Seed = 1 }).Texts);
        Assert.NotEqual(near.Texts, _session.Near("text 30 ab", reachable / 2, 64, new SamplingOptions { Seed = 2 }).Texts);
    }

    [Fact]
    public void At_distance_zero_there_is_the_reconstruction_alone_and_too_far_is_not_reached()
    {
        var at = _session.Near("text 30 ab", 0, 3);
        Assert.Equal((0, 0, true), (at.Radius, at.Distance, at.IsReached));
        Assert.All(at.Texts, text => Assert.Equal(at.Reconstruction, text.Text.Text));

        var far = _session.Near("text 30 ab", 1, 3, new SamplingOptions { Prefix = "text " }); // they have that much in common
        Assert.False(far.IsReached);
        Assert.InRange(far.Distance, 0, 0.9);
        Assert.Contains("distance is 1.5", Assert.Throws<InvalidInputException>(() => _session.Near("text 30 ab", 1.5, 3)).Message);
    }

    [Fact]
    public void The_centroid_of_a_text_is_its_reconstruction_and_of_more_the_mean()
    {
        string[] texts = ["text 30 ab", "text 7 ab", "text 412 ab"];
        var alone = _session.Centroid(_session.Encode(texts.Take(1)));
        Assert.Equal(Assert.Single(_session.Reconstruct(texts.Take(1))).Reconstructed, alone.Text.Text);
        Assert.Equal((1, 0), (alone.Texts, Math.Round(alone.Distance, 4)));

        var encoded = _session.Encode(texts.Append("a text of nineteen.")).ToList();
        var centroid = _session.Centroid(encoded);
        var means = encoded.Take(3).Select(text => text.Mean).ToArray();
        Assert.Equal(3, centroid.Texts);
        Assert.All(centroid.Mean.Index(), value => Assert.Equal(means.Average(mean => mean[value.Index]), value.Item, 1e-5f));
        Assert.Equal(Math.Sqrt(means.Average(mean => Math.Pow(LatentMetric.Euclidean.Distance(mean, [.. centroid.Mean]), 2))), centroid.Distance, 1e-4);
        Assert.Contains("found none that fits", Assert.Throws<InvalidInputException>(() => _session.Centroid(encoded.Skip(3))).Message);
    }

    [Fact]
    public void Duplicates_are_found_by_their_places_among_all()
    {
        string[] texts = ["text 30 ab", "a text of nineteen.", "bbbbbbbbb", "text 31 ab", "text 30 ab", "aaaa"];
        var equal = _session.Duplicates(_session.Encode(texts), 0);
        Assert.Equal([new Duplicate(0, "text 30 ab"), new Duplicate(4, "text 30 ab")], Assert.Single(equal.Groups));

        var near = _session.Duplicates(_session.Encode(texts), 0.4);
        Assert.True(near.Radius > 0);
        Assert.Equal([0, 3, 4], Assert.Single(near.Groups).Select(text => text.Index));
        Assert.Throws<InvalidInputException>(() => _session.Duplicates(Array.Empty<string>(), 0.1));
        Assert.ThrowsAny<OperationCanceledException>(() => _session.Duplicates(_session.Encode(texts), 0.4, cancellationToken: new CancellationToken(canceled: true)));
    }

    [Fact]
    public void A_language_model_has_no_latent_space()
    {
        using var folder = new TemporaryFolder();
        var model = new ModelConfig { Latent = 0, Encoder = new NoEncoderConfig(), Expansion = new NoExpansionConfig(), Decoder = new LstmDecoderConfig { Hidden = 9 } };
        using var session = TinySession.Train(folder, Tiny.Recipe with { Model = model, Objective = new ObjectiveConfig { Alpha = 0, Kl = new ConstantSchedule() } });
        Action[] uses = [() => session.Encode("text"), () => session.Encode(["text"]), () => session.Near("text", 0.2, 1)];
        Assert.All(uses, use => Assert.Contains("a language model has no latent space", Assert.Throws<InvalidInputException>(use).Message));
    }
}
