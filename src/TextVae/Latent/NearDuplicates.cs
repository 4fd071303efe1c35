using TextVae.Texts;
using static TextVae.Platform.TensorArithmetic;
using static TorchSharp.torch;

namespace TextVae.Latent;

/// <summary>
/// Groups of near-duplicates: texts that a chain of pairs connects, each pair within an edit distance. The latent space
/// tells which pairs to look at, so that not all need to be compared character by character.
/// </summary>
internal static class NearDuplicates
{
    private const int Rows = 1024;
    private const int Columns = 2048; // with the rows 8 MB of float32

    /// <summary>The groups of at least two texts, as numbers of texts.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="vectors">[texts, latent].</param>
    /// <param name="radius">Pairs farther apart in the latent space are not looked at, unless they are the same text.</param>
    /// <param name="distance">The largest normalised edit distance of a pair.</param>
    /// <param name="progress">Told how many texts have been compared with all others.</param>
    /// <param name="cancellationToken">Ends the search; texts are compared by the thousand.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public static IReadOnlyList<IReadOnlyList<int>> Groups(
        IReadOnlyList<string> texts, Tensor vectors, double radius, double distance, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        var sets = new DisjointSets(texts.Count);
        var order = JoinEqual(texts, sets);
        Array.Sort(order, (one, other) => (texts[one].Length, one).CompareTo((texts[other].Length, other)));
        var compared = Array.ConvertAll(order, number => new ComparableText(texts[number]));
        using var scope = NewDisposeScope();
        var sorted = vectors.index_select(0, tensor(order, device: vectors.device));
        for (var first = 0; first < order.Length; first += Rows)
        {
            var rows = int.Min(Rows, order.Length - first);
            var end = EndOfLengths(compared, first + rows - 1, distance);
            for (var column = first; column < end; column += Columns)
            {
                cancellationToken.ThrowIfCancellationRequested();
                foreach (var (one, other) in Near(sorted, (first, rows), (column, int.Min(Columns, end - column)), radius))
                {
                    var edits = EditDistance.MostEdits(distance, compared[other].Text.Length); // the longer one
                    if (sets.Find(order[one]) != sets.Find(order[other]) && compared[one].IsWithin(edits, compared[other]))
                    {
                        sets.Join(order[one], order[other]);
                    }
                }
            }
            progress?.Report(first + rows);
        }
        return [.. sets.Groups()];
    }

    /// <summary>Joins equal texts; what is left to compare is the first of each.</summary>
    private static int[] JoinEqual(IReadOnlyList<string> texts, DisjointSets sets)
    {
        var firsts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (index, text) in texts.Index())
        {
            if (!firsts.TryAdd(text, index))
            {
                sets.Join(firsts[text], index);
            }
        }
        return [.. firsts.Values];
    }

    /// <summary>Where the texts begin that are too long to be within the distance of the one at a place: every character more is an edit.</summary>
    private static int EndOfLengths(ComparableText[] texts, int place, double distance)
    {
        var length = texts[place].Text.Length;
        var end = place + 1;
        while (end < texts.Length && texts[end].Text.Length - length <= EditDistance.MostEdits(distance, texts[end].Text.Length))
        {
            end++;
        }
        return end;
    }

    /// <summary>Pairs of places within the radius, the second after the first, of a block of rows and one of columns.</summary>
    private static List<(int One, int Other)> Near(Tensor vectors, (int First, int Count) rows, (int First, int Count) columns, double radius)
    {
        using var scope = NewDisposeScope();
        var (a, b) = (vectors.narrow(0, rows.First, rows.Count), vectors.narrow(0, columns.First, columns.Count));
        var squares = a.Squared().sum(dim: 1, keepdim: true).Plus(b.Squared().sum(dim: 1).unsqueeze(0)) - Two * a.mm(b.t()); // [rows, columns]
        var near = squares.less_equal(radius * radius).nonzero(); // [pairs, 2]
        var places = near.numel() == 0 ? [] : near.cpu().data<long>().ToArray(); // TorchSharp cannot copy an empty tensor
        var pairs = new List<(int, int)>(places.Length / 2);
        for (var at = 0; at < places.Length; at += 2)
        {
            var (one, other) = ((int)places[at] + rows.First, (int)places[at + 1] + columns.First);
            if (one < other)
            {
                pairs.Add((one, other));
            }
        }
        return pairs;
    }
}
