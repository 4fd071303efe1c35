#:property PublishAot=false
#:project ../src/TextVae/TextVae.csproj

// TextVae, an earlier build of it and the PyTorch twin in turns, each in a process of its own, with equal sizes and texts:
// medians, and how many times as fast TextVae is as the fastest of the others' configurations.
//
//     dotnet build -c Release
//     dotnet run benchmarks/side-by-side.cs -- [OPTION...] [TASK...]
//
// Tasks: the table below; without any, the four of random texts of full length whose recipes the paper has, and
// generate-tweets. Options:
//
//     --python "COMMAND"     starts a Python that has torch (default: python3), such as "chroot /opt/trixie python3"; it gets
//                            twin.py on its standard input. "none": TextVae alone
//     --baseline FOLDER      another build of TextVae.Cli, such as a copy of src/TextVae.Cli/bin/Release/net10.0
//     --rounds R             3 by default
//     --steps N              timed steps of each run in place of the task's
//     --data FILE            trains on the texts of FILE (dotnet-docs: the built-in corpus), all programs on the same ones in the
//                            same batches, and counts their characters and tokens, not padding. PyTorch reads them from the
//                            temporary folder (TMPDIR), which COMMAND must see by the same name; it runs with padding and packed
//     --write FILE           only writes these batches, for a twin.py on another machine
//     --beside               also two processes of each program at once: what they do together against one alone
//     --threads N            threads of each program
//     --set KEY=VALUE        an override for TextVae and the baseline; may be repeated
//     --twin "ARGUMENTS"     further arguments of twin.py, such as "--embedding 256" or "--bucketed"
//     --modes eager,compile  of PyTorch; eager by default
//     --precisions LIST      bfloat16,float32 by default, and int8 for generation
//     --run RUN              generate-tweets takes the weights of this run of tweets-hybrid, whose texts end
//     --weights FILE         RUN's model.safetensors where COMMAND sees it

using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using TextVae;
using TextVae.Data;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const int WarmUp = 5; // steps of 'textvae bench' that are not timed
const string TweetsSizes = "-B 32 -T 128 -H 1000 -z 100 --channels 128,256,512,512,512";
const string Words = "--set data.texts=lines --set data.tokenizer=words --set model.latent=32 --set model.decoder.hidden=256 --set data.length=";
const string WordsVae = $"--set model.encoder.hidden=256 --set model.expansion.hidden=256 {Words}";
Workload[] all =
[
    new("hybrid-ptb", "ptb-hybrid", "", "-B 64 -T 60 -H 500 -z 50", 51, 20),
    new("lstm-vae-ptb", "ptb-lstm-vae", "", "--model lstm-vae -B 64 -T 60 -H 500 -z 100", 51, 15),
    new("hybrid-tweets", "tweets-hybrid", "", TweetsSizes, 259, 10),
    new("generate-tweets", "tweets-hybrid", "--generate", $"{TweetsSizes} -B 256 --generate 1000", 259, 3),
    new("hybrid-small", "small", "--set model.decoder.hidden=384", "-B 32 -T 64 -H 384 -z 32 --channels 64,128,128 --features 64", 91, 100),
    new("hybrid-words-40", "ptb-hybrid", $"{Words}40", "-B 64 -T 40 -H 256 -z 32", 10_000, 15),
    new("hybrid-words-80", "ptb-hybrid", $"{Words}80", "-B 64 -T 80 -H 256 -z 32", 10_000, 10),
    new("lstm-vae-words-40", "ptb-lstm-vae", $"{WordsVae}40", "--model lstm-vae -B 64 -T 40 -H 256 -z 32", 10_000, 15),
    new("lstm-vae-words-80", "ptb-lstm-vae", $"{WordsVae}80", "--model lstm-vae -B 64 -T 80 -H 256 -z 32", 10_000, 10),
];

var (python, baseline, rounds, steps, data, write, beside, modes, only, run, weights) = ("python3", (string?)null, 3, (int?)null, (string?)null, (string?)null, false, "eager", (string?)null, (string?)null, (string?)null);
var (common, ours, twin, tasks) = ("", "", "", new List<string>());
for (var index = 0; index < args.Length; index++)
{
    switch (args[index])
    {
        case "--python": python = args[++index]; break;
        case "--baseline": baseline = args[++index]; break;
        case "--rounds": rounds = int.Parse(args[++index]); break;
        case "--steps": steps = int.Parse(args[++index]); break;
        case "--data": data = args[++index]; break;
        case "--write": write = args[++index]; break;
        case "--beside": beside = true; break;
        case "--threads": common = $" --threads {args[++index]}"; break;
        case "--set": ours += $" --set {args[++index]}"; break;
        case "--twin": twin += $" {args[++index]}"; break;
        case "--modes": modes = args[++index]; break;
        case "--precisions": only = args[++index]; break;
        case "--run": run = args[++index]; break;
        case "--weights": weights = args[++index]; break;
        default: tasks.Add(args[index]); break;
    }
}
if (tasks.Except(all.Select(task => task.Name)).FirstOrDefault() is { } unknown)
{
    Console.Error.WriteLine($"'{unknown}': expected one of {string.Join(", ", all.Select(task => task.Name))}");
    return 1;
}

var root = Repository();
foreach (var task in tasks.Count == 0 ? all[..4] : all.Where(task => tasks.Contains(task.Name)))
{
    using var texts = data is null || task.Generates ? null : TextsOf(task, data);
    if (write is not null && texts is not null)
    {
        File.Copy(texts.Path, write, overwrite: true);
        Console.WriteLine($"{write}: -V {texts.Vocabulary} {task.Twin}");
        continue;
    }
    var programs = Programs(task, texts);
    var alone = programs.ToDictionary(program => program.Name, _ => new List<Dictionary<string, double>>());
    var together = programs.ToDictionary(program => program.Name, _ => new List<Dictionary<string, double>>());
    for (var round = 1; round <= rounds; round++)
    {
        foreach (var program in programs)
        {
            Add(alone, "", program.Start());
            if (beside)
            {
                var both = await Task.WhenAll(Task.Run(program.Start), Task.Run(program.Start));
                Add(together, ", two at once", both[0].ToDictionary(figure => figure.Key, figure => figure.Value + both[1][figure.Key]));
            }

            void Add(Dictionary<string, List<Dictionary<string, double>>> results, string how, Dictionary<string, double> figures)
            {
                results[program.Name].Add(figures);
                Console.Error.WriteLine($"{task.Name}, round {round}, {program.Name}{how}: {string.Join(", ", figures.Select(figure => $"{figure.Key} {figure.Value:0.###}"))}");
            }
        }
    }
    string[] keys = task.Generates ? ["texts_per_second", "ms_per_text_alone", "peak_rss_mb"]
        : ["ms_per_step", "characters_per_second", "tokens_per_second", "fraction_of_peak", "peak_rss_mb", "parameters"];
    foreach (var key in texts is null ? keys : keys.Where(key => key != "fraction_of_peak"))
    {
        var medians = Table($"{task.Name}, {key}", key, alone);
        if (key is "peak_rss_mb" or "fraction_of_peak" or "parameters")
        {
            continue;
        }
        double? Best(string program)
        {
            var its = medians.Where(pair => pair.Key.StartsWith(program, StringComparison.Ordinal)).Select(pair => pair.Value).Order().ToArray();
            return its.Length == 0 ? null : key.StartsWith("ms_", StringComparison.Ordinal) ? its[0] : its[^1];
        }
        foreach (var other in new[] { "PyTorch", "before" })
        {
            if (Best(other) is { } its)
            {
                Console.WriteLine($"  TextVae's best is {(key.StartsWith("ms_", StringComparison.Ordinal) ? its / Best("TextVae") : Best("TextVae") / its):F2} times as fast as the best of '{other}'");
            }
        }
    }
    if (beside)
    {
        var sums = Table($"{task.Name}, characters_per_second of two at once", "characters_per_second", together);
        foreach (var (name, sum) in sums)
        {
            Console.WriteLine($"  {name}: two at once do {sum / Median(alone[name].Select(figures => figures["characters_per_second"])):F2} of one alone");
        }
        _ = Table($"{task.Name}, peak_rss_mb of two at once", "peak_rss_mb", together);
    }
}
return 0;

List<(string Name, Func<Dictionary<string, double>> Start)> Programs(Workload task, TextsFile? texts)
{
    var programs = new List<(string Name, Func<Dictionary<string, double>> Start)>();
    var (bench, itsTwin) = ($"bench {task.Recipe} {task.Ours}{ours}{common} --steps {steps ?? task.Steps} --json", $"- {task.Twin} --steps {steps ?? task.Steps}{common}{twin}");
    if (task.Generates && run is not null)
    {
        var vocabulary = JsonElement.Parse(File.ReadAllText($"{run}/vocabulary.json")).GetArrayLength();
        (bench, itsTwin) = ($"{bench} --run {run}", $"{itsTwin} -V {vocabulary} --weights {weights ?? $"{run}/model.safetensors"}");
    }
    else
    {
        bench += texts is null ? $" --vocabulary {task.Vocabulary}" : $" --data {data}";
        itsTwin += $" -V {texts?.Vocabulary ?? task.Vocabulary}";
    }
    foreach (var precision in only?.Split(',') ?? (task.Generates ? ["bfloat16", "float32", "int8"] : ["bfloat16", "float32"]))
    {
        programs.Add(($"TextVae {precision}", () => Figures($"{root}/src/TextVae.Cli/bin/Release/net10.0/TextVae.Cli {bench} --precision {precision}")));
        if (baseline is not null)
        {
            programs.Add(($"before {precision}", () => Figures($"{baseline}/TextVae.Cli {bench} --precision {precision}")));
        }
        foreach (var mode in python == "none" ? [] : modes.Split(','))
        {
            void AddTwin(string how, string arguments) =>
                programs.Add(($"PyTorch {mode}{how} {precision}", () => Figures($"{python} {itsTwin} --mode {mode} --precision {precision}{arguments}", $"{root}/benchmarks/pytorch/twin.py")));
            AddTwin("", texts is null ? "" : $" --warm-up {WarmUp} --data {texts.Path}");
            if (texts is not null && mode != "compile")
            {
                AddTwin(" packed", $" --warm-up {WarmUp} --data {texts.Path} --packed");
            }
        }
    }
    return programs;
}

// The batches that TextVae trains on, in their order: a line for each text, the number of its characters and its ids.
TextsFile TextsOf(Workload task, string file)
{
    var overrides = $"{task.Ours}{ours}".Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(word => word != "--set");
    var recipe = RecipeFile.Load(task.Recipe, overrides);
    using var corpus = Corpus.Load(recipe.Data, [file]);
    var sampler = new TrainingSampler(corpus.Train, recipe.Training.BatchSize, recipe.Training.Seed);
    var path = Path.Combine(Path.GetTempPath(), $"textvae-side-by-side-{Environment.ProcessId}.txt");
    File.WriteAllLines(path, Enumerable.Range(0, WarmUp + (steps ?? task.Steps)).SelectMany(step => sampler.Read(step).Rows)
        .Select(text => $"{corpus.Tokenizer.CountCharacters(text.Ids.Span)} {string.Join(' ', text.Ids.Span[..text.Length].ToArray())}"));
    return new TextsFile(path, corpus.Tokenizer.Vocabulary.Count);
}

// Medians, which it prints with the lowest and the highest; programs that do not give the figure are left out.
Dictionary<string, double> Table(string title, string key, Dictionary<string, List<Dictionary<string, double>>> results)
{
    Console.WriteLine($"\n{title}, median (lowest to highest) of {rounds}");
    var medians = new Dictionary<string, double>();
    foreach (var (name, figures) in results.Where(pair => pair.Value.All(figures => figures.ContainsKey(key))))
    {
        var values = figures.Select(figures => figures[key]).ToArray();
        medians[name] = Median(values);
        var format = key == "fraction_of_peak" ? "F2" : "N1";
        Console.WriteLine($"  {name,-30} {medians[name].ToString(format),12}   ({values.Min().ToString(format)} to {values.Max().ToString(format)})");
    }
    return medians;
}

static double Median(IEnumerable<double> numbers)
{
    var ordered = numbers.Order().ToArray();
    return (ordered[(ordered.Length - 1) / 2] + ordered[ordered.Length / 2]) / 2;
}

// The numbers of the JSON that a program prints last. Its arguments have no spaces in them.
static Dictionary<string, double> Figures(string command, string? input = null)
{
    var words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    using var process = Process.Start(new ProcessStartInfo(words[0], words[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
    if (input is not null)
    {
        process.StandardInput.Write(File.ReadAllText(input));
    }
    process.StandardInput.Close();
    var output = process.StandardOutput.ReadToEnd();
    process.WaitForExit();
    return process.ExitCode == 0
        ? JsonElement.Parse(output.Trim().Split('\n')[^1]).EnumerateObject().Where(figure => figure.Value.ValueKind == JsonValueKind.Number).ToDictionary(figure => figure.Name, figure => figure.Value.GetDouble())
        : throw new InvalidOperationException($"exit code {process.ExitCode}: {command}");
}

static string Repository([System.Runtime.CompilerServices.CallerFilePath] string path = "") => Path.GetDirectoryName(Path.GetDirectoryName(path))!;

/// <summary>What is timed: arguments of 'textvae bench' and of twin.py for equal models, V of random texts, and how many steps.</summary>
internal sealed record Workload(string Name, string Recipe, string Ours, string Twin, int Vocabulary, int Steps)
{
    public bool Generates => Ours.Contains("--generate");
}

/// <summary>A file of texts for twin.py, which is gone afterwards.</summary>
internal sealed record TextsFile(string Path, int Vocabulary) : IDisposable
{
    public void Dispose() => File.Delete(Path);
}
