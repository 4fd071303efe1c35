#:property PublishAot=false
#:project ../src/TextVae/TextVae.csproj

// How well scores find oddities: some of a file's texts are changed in a known way, all are scored, and the ROC area says how
// often a changed text has the higher score of a pair (0.5: chance). Beside bits per character, which 'textvae score' gives:
// total nats, the length, and a model of character bigrams (add-one smoothing).
//
//     dotnet build -c Release
//     dotnet run benchmarks/anomalies.cs -- RUN --data FILE [--bigrams FILE] [--texts N] [--importance-samples K]
//
// FILE holds texts that RUN was not trained on; 2/3 of N (default 1200) stay as they are. The bigrams learn from the other
// texts of FILE, or from those of --bigrams, such as the model's own training texts.

using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using TextVae.Data;
using TextVae.Evaluation;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var options = Enumerable.Range(1, args.Length / 2).ToDictionary(pair => args[2 * pair - 1], pair => args[2 * pair]);
var (run, file, count) = (args[0], options["--data"], int.Parse(options.GetValueOrDefault("--texts", "1200")));
var random = new Random(1);
var german = "der die das und ist nicht mit auf eine heute morgen schule arbeit wetter immer wieder leben liebe freunde haben werden nacht zwischen fussball regierung entscheidung".Split(' ');

(string Name, Func<string, string> Change)[] kinds =
[
    ("letters shuffled in words", text => EachWord(text, Shuffled)),
    ("three typos", text => Typos(text, 3)),
    ("half the words hexadecimal", text => EachWord(text, word => random.Next(2) == 0 ? word : Drawn("0123456789abcdef", word.Length))),
    ("base64", text => Drawn("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", text.Length)),
    ("German words", text => Cut(string.Join(' ', random.GetItems(german, text.Length)), text.Length)),
    ("log line", text => Cut($"2017-0{random.Next(1, 10)}-1{random.Next(10)} 0{random.Next(10)}:{random.Next(10, 60)}:{random.Next(10, 60)} ERROR [worker-{random.Next(10)}] connection to 10.0.{random.Next(256)}.{random.Next(256)}:{random.Next(1000, 9999)} failed: timeout after {random.Next(9999)} ms", text.Length)),
    ("repeated fragment", text => Cut(string.Concat(Enumerable.Repeat(text.Substring(random.Next(text.Length - 5), 6), text.Length)), text.Length)),
];

// Real texts of 20 characters or more, in random order; a changed text keeps its length, so that length alone says nothing.
string[] texts = [.. TextFile.Of(file).Texts().Where(text => text.Length >= 20 && text.EnumerateRunes().All(rune => rune.Utf16SequenceLength == 1))];
random.Shuffle(texts);
count = Math.Min(count, texts.Length / 2);
var cases = texts[..count].Select((text, index) => (Kind: index % 3 > 0 ? -1 : index / 3 % kinds.Length, Text: text)).ToArray();
cases = [.. cases.Select(one => one.Kind < 0 ? one : (one.Kind, kinds[one.Kind].Change(one.Text)))];
var bigrams = new Bigrams(options.TryGetValue("--bigrams", out var other) ? TextFile.Of(other).Texts() : texts[count..]);
var scores = Score(run, cases.Select(one => one.Text), options.GetValueOrDefault("--importance-samples"));

(string Name, Func<int, double> Of)[] measures =
[
    ("bits/char", index => scores[index].GetProperty("bits_per_character").GetDouble()),
    ("nats", index => scores[index].GetProperty("nats").GetDouble()),
    ("bigrams", index => bigrams.NatsPerCharacter(cases[index].Text)),
    ("length", index => cases[index].Text.Length),
];
int[] scored = [.. Enumerable.Range(0, cases.Length).Where(index => scores[index].TryGetProperty("nats", out _))];
int[] real = [.. scored.Where(index => cases[index].Kind < 0)];
Console.WriteLine($"{real.Length} real texts, {scored.Length - real.Length} with something planted, {cases.Length - scored.Length} that do not fit the model; ROC areas");
Console.WriteLine($"{"",-28}{"texts",6}{string.Concat(measures.Select(measure => $"{measure.Name,11}"))}");
for (var kind = 0; kind <= kinds.Length; kind++)
{
    int[] planted = [.. scored.Where(index => kind < kinds.Length ? cases[index].Kind == kind : cases[index].Kind >= 0)];
    var areas = measures.Select(measure => RocArea.Of(planted.Select(measure.Of), real.Select(measure.Of)));
    Console.WriteLine($"{(kind < kinds.Length ? kinds[kind].Name : "all"),-28}{planted.Length,6}{string.Concat(areas.Select(area => $"{area,11:F3}"))}");
}
return 0;

string Drawn(string alphabet, int length) => new(random.GetItems<char>(alphabet, length));

string Shuffled(string word)
{
    var letters = word.ToCharArray();
    random.Shuffle(letters);
    return new string(letters);
}

string Typos(string text, int number)
{
    var letters = new StringBuilder(text);
    for (var typo = 0; typo < number; typo++)
    {
        letters[random.Next(text.Length)] = (char)random.Next('a', 'z' + 1);
    }
    return letters.ToString();
}

static string EachWord(string text, Func<string, string> change) => string.Join(' ', text.Split(' ').Select(change));

static string Cut(string text, int length) => text[..Math.Min(length, text.Length)].TrimEnd();

// What 'textvae score' says of each text.
static JsonElement[] Score(string run, IEnumerable<string> texts, string? samples)
{
    var path = Path.GetTempFileName();
    File.WriteAllLines(path, texts);
    var program = $"{Path.GetDirectoryName(Path.GetDirectoryName(ThisFile()))}/src/TextVae.Cli/bin/Release/net10.0/TextVae.Cli";
    string[] more = samples is null ? [] : ["--importance-samples", samples];
    using var process = Process.Start(new ProcessStartInfo(program, ["score", run, "--data", path, "--json", .. more]) { RedirectStandardOutput = true })!;
    var lines = process.StandardOutput.ReadToEnd();
    process.WaitForExit();
    File.Delete(path);
    return process.ExitCode == 0
        ? [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))]
        : throw new InvalidOperationException($"exit code {process.ExitCode}");
}

static string ThisFile([System.Runtime.CompilerServices.CallerFilePath] string path = "") => path;

// p(character | the one before it), add-one smoothing.
internal sealed class Bigrams
{
    private const char Edge = '\n';

    private readonly Dictionary<(char, char), int> _pairs = [];
    private readonly Dictionary<char, int> _firsts = [];

    public Bigrams(IEnumerable<string> texts)
    {
        foreach (var (before, character) in texts.SelectMany(Pairs))
        {
            _pairs[(before, character)] = _pairs.GetValueOrDefault((before, character)) + 1;
            _firsts[before] = _firsts.GetValueOrDefault(before) + 1;
        }
    }

    public double NatsPerCharacter(string text) =>
        -Pairs(text).Sum(pair => Math.Log((_pairs.GetValueOrDefault(pair) + 1.0) / (_firsts.GetValueOrDefault(pair.Item1) + _firsts.Count + 1))) / text.Length;

    private static IEnumerable<(char, char)> Pairs(string text) => $"{Edge}{text}".Zip($"{text}{Edge}");
}
