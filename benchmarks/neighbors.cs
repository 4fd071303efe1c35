#:project ../src/TextVae/TextVae.csproj
#:package libtorch-cpu-linux-x64
#:property PublishAot=false

// What the neighbours of texts in the latent space have in common with them: spelling (edits per character), words, and meaning,
// as far as a label tells it. Beside the latent vector's nearest text: the nearest by the characters' trigrams, by words that few
// texts have (cosine of TF-IDF), and any other text.
//
//     dotnet build -c Release
//     dotnet run benchmarks/neighbors.cs -- RUN FILE [TEXTS]
//
// FILE has lines that RUN was not trained on: texts, or labels and texts with a tab between them. Each of the first TEXTS (2,000 by
// default) is looked up among the others.

using System.Globalization;
using System.Numerics.Tensors;
using TextVae;
using TextVae.Texts;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var (run, file, most) = (args[0], args[1], args.Length > 2 ? int.Parse(args[2]) : 2_000);
var lines = File.ReadLines(file).Select(line => line.Split('\t', 2)).ToList();
using var session = TextVaeSession.Load(run);
var texts = session.Encode(lines.Select(line => line[^1])).Zip(lines, (encoded, line) => new Text(line[^1], line.Length > 1 ? line[0] : null, encoded.Fits ? encoded.Mean : []))
    .Where(text => text.Mean.Length > 0).DistinctBy(text => text.Value).Take(most).ToList();

var rarity = texts.SelectMany(text => text.Words).GroupBy(word => word).ToDictionary(word => word.Key, word => Math.Log((double)texts.Count / word.Count()));
var lengths = texts.Select(text => Math.Sqrt(text.Words.Sum(word => rarity[word] * rarity[word]))).ToArray();
(string Name, Func<int, int, double> Likeness)[] ways =
[
    ("the latent vector", (one, other) => -TensorPrimitives.Distance<float>(texts[one].Mean, texts[other].Mean)),
    ("trigrams of characters", (one, other) => Jaccard(texts[one].Trigrams, texts[other].Trigrams)),
    ("words, TF-IDF", (one, other) => texts[one].Words.Where(texts[other].Words.Contains).Sum(word => rarity[word] * rarity[word]) / (1e-9 + lengths[one] * lengths[other])),
    ("any other text", (one, other) => other == (one + texts.Count / 2) % texts.Count ? 1 : 0),
];

Console.WriteLine($"{texts.Count:N0} texts");
Console.WriteLine("| nearest by | edits per character | words in common | same label |");
Console.WriteLine("|---|---|---|---|");
foreach (var (name, likeness) in ways)
{
    var nearest = Enumerable.Range(0, texts.Count).AsParallel().AsOrdered()
        .Select(one => (One: texts[one], Other: texts[Enumerable.Range(0, texts.Count).Where(other => other != one).MaxBy(other => likeness(one, other))])).ToList();
    var labelled = nearest.Where(pair => pair.One.Label is not null).ToList();
    Console.WriteLine(
        $"| {name} | {nearest.Average(pair => EditDistance.Normalized(pair.One.Value, pair.Other.Value)):F2} | {nearest.Average(pair => Jaccard(pair.One.Words, pair.Other.Words)):P0} " +
        $"| {(labelled.Count > 0 ? $"{labelled.Average(pair => pair.One.Label == pair.Other.Label ? 1.0 : 0):P1}" : "")} |");
}

static double Jaccard(HashSet<string> one, HashSet<string> other)
{
    var common = one.Count(other.Contains);
    return common == 0 ? 0 : (double)common / (one.Count + other.Count - common);
}

internal sealed record Text(string Value, string? Label, float[] Mean)
{
    public HashSet<string> Words { get; } = [.. Value.ToLowerInvariant().Split([' ', '.', ',', '!', '?', ':', ';', '"', '(', ')'], StringSplitOptions.RemoveEmptyEntries)];

    public HashSet<string> Trigrams { get; } = [.. Enumerable.Range(0, Math.Max(0, Value.Length - 2)).Select(start => Value.Substring(start, 3))];
}
