using TextVae.Latent;

namespace TextVae.Tests.Latent;

public class NearestTextsTests
{
    [Theory]
    [InlineData(LatentMetric.Euclidean)]
    [InlineData(LatentMetric.Cosine)]
    public void Neighbours_are_those_of_brute_force(LatentMetric metric)
    {
        var random = new Random(3);
        var point = Vectors.Random(random, 4);
        var texts = Enumerable.Range(0, 200).Select(number => Vectors.Text($"{number}", Vectors.Random(random, 4))).ToList();
        var expected = texts.Select((text, index) => (Index: (long)index, Distance: Distance(metric, point, text.Mean))).OrderBy(pair => pair.Distance).Take(17).ToList();

        var found = NearestTexts.Find(point, texts, 17, metric);

        Assert.Equal(expected.Select(pair => pair.Index), found.Select(neighbor => neighbor.Index));
        Assert.All(found.Zip(expected), pair => Assert.Equal(pair.Second.Distance, pair.First.Distance, 1e-6));
        Assert.All(found, neighbor => Assert.Equal($"{neighbor.Index}", neighbor.Text));
    }

    [Fact]
    public void Of_equally_near_texts_those_that_come_first_are_kept()
    {
        var texts = Enumerable.Repeat(Vectors.Text("same", 1, 0), 9).Append(Vectors.Text("nearer", 0.5f, 0));
        Assert.Equal([9, 0, 1], NearestTexts.Find([0, 0], texts, 3).Select(neighbor => neighbor.Index));
    }

    [Fact]
    public void Texts_that_do_not_fit_are_left_out_but_counted_and_fewer_than_wanted_are_all()
    {
        var found = NearestTexts.Find([0, 0], [Vectors.Misfit("long", 2), Vectors.Text("far", 3, 4), Vectors.Text("near", 0, 1)], 10);
        Assert.Equal([new Neighbor(2, "near", 1), new Neighbor(1, "far", 5)], found);
    }

    [Fact]
    public void Texts_without_a_distance_are_left_out_but_counted()
    {
        EncodedText[] texts = [Vectors.Text("no direction", 0, 0), Vectors.Text("no number", float.NaN, 1), Vectors.Text("beside", 0, 2), Vectors.Text("along", 3, 0)];
        Assert.Equal([3, 2], NearestTexts.Find([1, 0], texts, 2, LatentMetric.Cosine).Select(neighbor => neighbor.Index));
        Assert.Equal([0, 3], NearestTexts.Find([1, 0], texts, 2).Select(neighbor => neighbor.Index));
    }

    [Fact]
    public void A_search_ends_when_it_is_told_to() => Assert.Throws<OperationCanceledException>(
        () => NearestTexts.Find([1, 0], [Vectors.Text("text", 1, 1)], 1, cancellationToken: new CancellationToken(canceled: true)));

    [Fact]
    public void Equal_directions_are_no_distance_apart()
    {
        float[] vector = [0.1f, -0.7f, 0.3f];
        Assert.Equal(0, LatentMetric.Cosine.Distance(vector, [0.2f, -1.4f, 0.6f]), 1e-15);
        Assert.Equal(0, LatentMetric.Euclidean.Distance(vector, vector));
    }

    [Fact]
    public void A_point_without_a_distance_is_refused()
    {
        float[][] points = [[0, 0], [float.NaN, 1], [float.PositiveInfinity, 1]];
        Assert.All(points, point => Assert.Throws<InvalidInputException>(() => NearestTexts.Find(point, [], 1, LatentMetric.Cosine)));
        Assert.All(points.Skip(1), point => Assert.Throws<InvalidInputException>(() => NearestTexts.Find(point, [], 1)));
    }

    private static double Distance(LatentMetric metric, float[] a, float[] b)
    {
        var (dot, aa, bb) = (0.0, 0.0, 0.0);
        for (var i = 0; i < a.Length; i++)
        {
            (dot, aa, bb) = (dot + a[i] * b[i], aa + a[i] * a[i], bb + b[i] * b[i]);
        }
        return metric == LatentMetric.Cosine ? 1 - dot / Math.Sqrt(aa * bb) : Math.Sqrt(aa + bb - 2 * dot);
    }
}
