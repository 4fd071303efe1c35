using System.Text;
using TextVae.Texts;

namespace TextVae.Latent;

/// <summary>How far texts move in the latent space when characters of them are changed.</summary>
internal static class RandomEdits
{
    private const int Probes = 256;
    private const double Share = 0.99; // of the edited texts that lie within the radius

    /// <summary>The radius around a text within which nearly all texts lie that are so many edits away from it.</summary>
    /// <param name="texts">Which texts; some of them, evenly spaced, are edited.</param>
    /// <param name="distance">The normalised edit distance.</param>
    /// <param name="encode">The posteriors of texts.</param>
    public static async Task<double> RadiusAsync(IReadOnlyList<string> texts, double distance, Func<string[], Task<EncodedText[]>> encode)
    {
        var count = int.Min(Probes, texts.Count);
        var chosen = Enumerable.Range(0, count).Select(probe => texts[(int)((long)probe * texts.Count / count)]).ToArray();
        Rune[] characters = [.. chosen.SelectMany(text => text.EnumerateRunes())];
        string[] edited = [.. chosen.Select((text, probe) => Edit(text, EditDistance.MostEdits(distance, text.Length), characters, probe))];
        var (before, after) = (await encode(chosen).ConfigureAwait(false), await encode(edited).ConfigureAwait(false));
        var lengths = before.Zip(after).Where(pair => pair.Second.Fits)
            .Select(pair => LatentMetric.Euclidean.Distance(pair.First.Mean, pair.Second.Mean)).Order().ToArray();
        return lengths.Length == 0 ? 0 : lengths[(int)Math.Ceiling(Share * lengths.Length) - 1];
    }

    /// <summary>
    /// Replaces, inserts and deletes Unicode scalar values, each as often, at places that depend on the text's number alone;
    /// no more of them than the text has, so that it is not empty before the last edit.
    /// </summary>
    private static string Edit(string text, int edits, Rune[] characters, long number)
    {
        var result = text.EnumerateRunes().ToList();
        edits = int.Min(edits, result.Count);
        for (var edit = 0; edit < edits; edit++)
        {
            ulong Draw(int which) => Randomness.Seed(number, 4L * edit + which, RandomStream.Sampling);
            var place = (int)Randomness.Below(result.Count, Draw(0));
            var other = characters[(int)Randomness.Below(characters.Length, Draw(1))];
            switch (Randomness.Below(3, Draw(2)))
            {
                case 0:
                    result[place] = other;
                    break;
                case 1:
                    result.Insert(place, other);
                    break;
                default:
                    result.RemoveAt(place);
                    break;
            }
        }
        return string.Concat(result);
    }
}
