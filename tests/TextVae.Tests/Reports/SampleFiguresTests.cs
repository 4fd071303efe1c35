using TextVae.Reports;
using TextVae.Texts;

namespace TextVae.Tests.Reports;

public class SampleFiguresTests
{
    private const int Count = 150;

    private static readonly string[] Names = ["cat", "dog", "hen", "pig", "fox", "owl", "bee", "ant"];
    private static readonly string[] Verbs = ["sees", "eats", "hears", "likes", "meets"];

    private static readonly string[] All = Sentences();
    private static readonly string[] Training = All[..1_000];
    private static readonly string[] HeldOut = All[1_000..1_400];
    private static readonly string[] Unseen = All[1_400..];

    private readonly SampleYardstick _yardstick =
        new(KneserNey.Learn(Training, 4), HeldOut, Training.ToHashSet(), new EditNeighbors(Training), ends: true);

    [Fact]
    public void Copies_collapsed_and_broken_samples_each_fail_in_their_own_figure_and_good_ones_in_none()
    {
        var good = _yardstick.Measure("good", [.. Unseen.Take(Count)]);
        var copies = _yardstick.Measure("copies", [.. Training.Where((_, index) => index % 5 == 0).Take(Count)]);
        var collapsed = _yardstick.Measure("collapsed", [.. Enumerable.Repeat(Unseen[0], Count)]);
        var broken = _yardstick.Measure("broken", [.. Unseen.Take(Count).Select(Shuffled)]);

        Assert.Equal((1, 1), (good.Unique, good.Novel));
        Assert.Equal((0, 0), (copies.Novel, copies.Distance)); // memorised
        Assert.Equal(1.0 / Count, collapsed.Unique, 1e-12);
        Assert.Equal(1, broken.Novel);

        Assert.True(broken.ForwardBits > good.ForwardBits + 1, $"{broken.ForwardBits} {good.ForwardBits}"); // quality
        Assert.True(copies.ForwardBits < good.ForwardBits + 0.1, $"{copies.ForwardBits} {good.ForwardBits}");
        Assert.True(collapsed.ReverseBits > good.ReverseBits + 1, $"{collapsed.ReverseBits} {good.ReverseBits}"); // diversity
        Assert.True(broken.ReverseBits > good.ReverseBits + 0.5, $"{broken.ReverseBits} {good.ReverseBits}");
        Assert.Equal(good.ReverseBits, copies.ReverseBits, 0.25);
        Assert.True(broken.Distance > good.Distance, $"{broken.Distance} {good.Distance}");
    }

    [Fact]
    public void Texts_that_are_nearly_training_texts_are_told_from_copies_and_from_new_ones()
    {
        var figures = _yardstick.Measure("mixed", [Training[0], Training[1] + "!", "quite another sentence", "zzzzzzzzzzzzzzzzzzz"]);
        Assert.Equal((0.75, 0.25), (figures.Novel, figures.NearTraining));
    }

    [Fact]
    public void Where_texts_cannot_be_looked_up_the_other_figures_are_there()
    {
        var figures = new SampleYardstick(KneserNey.Learn(Training, 4, ends: false), HeldOut, training: null, neighbors: null, ends: false).Measure("windows", HeldOut);
        Assert.Equal((null, null, null), (figures.Novel, figures.NearTraining, figures.Distance));
        Assert.All([figures.ForwardBits, figures.ReverseBits], bits => Assert.InRange(bits, 0.1, 4));
    }

    private static string[] Sentences()
    {
        string[] sentences = [.. from one in Names from verb in Verbs from other in Names from place in Names select $"the {one} {verb} a {other} near the {place}s"];
        new Random(1).Shuffle(sentences);
        return sentences;
    }

    private static string Shuffled(string text)
    {
        var characters = text.ToCharArray();
        new Random(text.Length).Shuffle(characters);
        return new string(characters);
    }
}
