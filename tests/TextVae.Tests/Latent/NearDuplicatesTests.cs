using CsCheck;
using TextVae.Latent;
using TextVae.Platform;
using TextVae.Texts;
using static TorchSharp.torch;

namespace TextVae.Tests.Latent;

public class NearDuplicatesTests
{
    private static readonly Gen<string> Texts = Gen.Char["abc"].Array[0, 6].Select(characters => new string(characters));

    [Fact]
    public void Groups_are_those_of_brute_force() =>
        Gen.Select(Gen.Select(Texts, Gen.Int[-3, 3].Array[2]).Array[1, 60], Gen.Double[0, 0.6], Gen.Int[0, 20]).Sample((rows, distance, square) =>
        {
            var texts = Array.ConvertAll(rows, row => row.Item1);
            var vectors = Array.ConvertAll(texts, text => Array.ConvertAll(rows[Array.IndexOf(texts, text)].Item2, value => (float)value)); // of equal texts equal ones
            var radius = Math.Sqrt(square + 0.5); // squares of distances are whole numbers: none is on the edge
            bool IsPair(int a, int b) => texts[a] == texts[b] || (LatentMetric.Euclidean.Distance(vectors[a], vectors[b]) <= radius && EditDistance.Normalized(texts[a], texts[b]) <= distance);
            Assert.Equal(Components(texts, IsPair), Groups(texts, vectors, radius, distance));
        }, iter: 60);

    [Fact]
    public void Groups_go_across_the_blocks_of_the_products()
    {
        var texts = Enumerable.Range(0, 5000).Select(number => $"text {number % 2500:0000} {new string((char)('a' + number % 2500 % 7), 12)}{(number < 2500 ? "" : "!")}").ToArray();
        var vectors = Array.ConvertAll(texts, text => new[] { float.Parse(text.AsSpan(5, 4)), 0f });
        var groups = Groups(texts, vectors, radius: 0.5, distance: 0.05); // 23 characters, of which one may be another

        Assert.Equal(2500, groups.Count);
        Assert.All(groups, group => Assert.Equal(2500, group[1] - group[0]));
    }

    [Fact]
    public void The_search_says_how_many_texts_have_been_compared_and_ends_when_it_is_told_to()
    {
        var texts = Enumerable.Range(0, 3000).Select(number => $"text {number:0000}").ToArray();
        var vectors = Enumerable.Range(0, 3000).Select(number => new[] { 10f * number }).ToArray(); // none is near
        using var source = new CancellationTokenSource();
        var compared = new Told<long>();
        Groups(texts, vectors, radius: 1, distance: 0.1, compared);
        Assert.Equal([1024, 2048, 3000], compared.Reports);

        compared = new Told<long>(_ => source.Cancel());
        Assert.Throws<OperationCanceledException>(() => Groups(texts, vectors, radius: 1, distance: 0.1, compared, source.Token));
        Assert.Equal([1024], compared.Reports);
    }

    [Fact]
    public void Sets_that_are_joined_are_one() =>
        Gen.Select(Gen.Int[0, 19], Gen.Int[0, 19]).Array[0, 25].Sample(pairs =>
        {
            var sets = new DisjointSets(20);
            foreach (var (one, other) in pairs)
            {
                sets.Join(one, other);
            }
            Assert.Equal(Components(new string[20], (a, b) => pairs.Contains((a, b)) || pairs.Contains((b, a))), sets.Groups());
        }, iter: 200);

    private static IReadOnlyList<IReadOnlyList<int>> Groups(
        string[] texts, float[][] vectors, double radius, double distance, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        NativeTorch.Prepare();
        using var scope = NewDisposeScope();
        return NearDuplicates.Groups(texts, tensor(vectors.SelectMany(row => row).ToArray()).view(texts.Length, -1), radius, distance, progress, cancellationToken);
    }

    /// <summary>Connected components by spreading a label until nothing changes.</summary>
    private static List<int[]> Components(string[] texts, Func<int, int, bool> isPair)
    {
        var labels = Enumerable.Range(0, texts.Length).ToArray();
        for (var changed = true; changed;)
        {
            changed = false;
            for (var a = 0; a < texts.Length; a++)
            {
                for (var b = 0; b < texts.Length; b++)
                {
                    if (labels[b] > labels[a] && isPair(a, b))
                    {
                        (labels[b], changed) = (labels[a], true);
                    }
                }
            }
        }
        return [.. Enumerable.Range(0, texts.Length).GroupBy(text => labels[text]).Where(group => group.Count() > 1).Select(group => group.ToArray())];
    }
}
