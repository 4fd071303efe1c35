#:property PublishAot=false

// TextVae and the PyTorch twin in turns, each in a process of its own, with equal sizes: medians, and how many times as fast
// TextVae is as the fastest of PyTorch's configurations.
//
//     dotnet build -c Release
//     dotnet run benchmarks/side-by-side.cs -- [--python "COMMAND"] [--rounds R] [--modes eager,compile] [--precisions bfloat16,float32] [--run RUN --weights FILE] [TASK...]
//
// COMMAND starts a Python that has torch (default: python3), such as "chroot /opt/trixie python3"; it gets twin.py on its
// standard input. Tasks: hybrid-ptb, lstm-vae-ptb, hybrid-tweets, generate-tweets; all four by default.
// By default in bfloat16 and float32, and generation in int8. With RUN, a run folder of tweets-hybrid, generate-tweets takes its weights, whose texts end; FILE is its model.safetensors
// where COMMAND sees it.

using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const string TweetsSizes = "-B 32 -T 128 -H 1000 -z 100 -V 259 --channels 128,256,512,512,512";
(string Name, string Ours, string Twin, (string Key, bool LessIsBetter)[] Figures)[] all =
[
    ("hybrid-ptb", "ptb-hybrid --vocabulary 51 --steps 20", "-B 64 -T 60 -H 500 -z 50 -V 51", [("ms_per_step", true)]),
    ("lstm-vae-ptb", "ptb-lstm-vae --vocabulary 51 --steps 15", "--model lstm-vae -B 64 -T 60 -H 500 -z 100 -V 51", [("ms_per_step", true)]),
    ("hybrid-tweets", "tweets-hybrid --vocabulary 259 --steps 10", TweetsSizes, [("ms_per_step", true)]),
    ("generate-tweets", "tweets-hybrid --vocabulary 259 --generate --steps 3", $"{TweetsSizes} -B 256 --steps 3 --generate 1000", [("texts_per_second", false), ("ms_per_text_alone", true)]),
];

var root = Repository();
var (python, rounds, modes, only, run, weights, tasks) = ("python3", 3, "eager", (string?)null, (string?)null, (string?)null, new List<string>());
for (var index = 0; index < args.Length; index++)
{
    switch (args[index])
    {
        case "--python": python = args[++index]; break;
        case "--rounds": rounds = int.Parse(args[++index]); break;
        case "--modes": modes = args[++index]; break;
        case "--precisions": only = args[++index]; break;
        case "--run": run = args[++index]; break;
        case "--weights": weights = args[++index]; break;
        default: tasks.Add(args[index]); break;
    }
}
if (run is not null)
{
    var vocabulary = JsonElement.Parse(File.ReadAllText($"{run}/vocabulary.json")).GetArrayLength();
    var task = all[^1];
    all[^1] = task with { Ours = $"{task.Ours} --run {run}", Twin = $"{task.Twin.Replace("-V 259", $"-V {vocabulary}")} --weights {weights ?? $"{run}/model.safetensors"}" };
}
if (tasks.Except(all.Select(task => task.Name)).FirstOrDefault() is { } unknown)
{
    Console.Error.WriteLine($"'{unknown}': expected one of {string.Join(", ", all.Select(task => task.Name))}");
    return 1;
}

foreach (var task in all.Where(task => tasks.Count == 0 || tasks.Contains(task.Name)))
{
    var programs = new List<(string Name, Func<JsonElement> Run)>();
    var precisions = only?.Split(',') ?? (task.Ours.Contains("--generate") ? ["bfloat16", "float32", "int8"] : ["bfloat16", "float32"]);
    foreach (var precision in precisions)
    {
        programs.Add(($"TextVae {precision}", () => Run($"{root}/src/TextVae.Cli/bin/Release/net10.0/TextVae.Cli bench {task.Ours} --precision {precision} --json")));
        foreach (var mode in modes.Split(','))
        {
            programs.Add(($"PyTorch {mode} {precision}", () => Run($"{python} - {task.Twin} --mode {mode} --precision {precision}", $"{root}/benchmarks/pytorch/twin.py")));
        }
    }
    var results = programs.ToDictionary(program => program.Name, _ => new List<JsonElement>());
    for (var round = 1; round <= rounds; round++)
    {
        foreach (var (name, start) in programs)
        {
            var figures = start();
            results[name].Add(figures);
            Console.Error.WriteLine($"{task.Name}, round {round}, {name}: {figures}");
        }
    }
    foreach (var (key, lessIsBetter) in task.Figures)
    {
        Console.WriteLine($"\n{task.Name}, {key}, median (lowest to highest) of {rounds}");
        var medians = new Dictionary<string, double>();
        foreach (var (name, figures) in results)
        {
            var values = figures.Select(figure => figure.GetProperty(key).GetDouble()).Order().ToArray();
            medians[name] = (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
            Console.WriteLine($"  {name,-26} {medians[name],10:N1}   ({values[0]:N1} to {values[^1]:N1})");
        }
        double Best(string program)
        {
            var its = medians.Where(pair => pair.Key.StartsWith(program, StringComparison.Ordinal)).Select(pair => pair.Value);
            return lessIsBetter ? its.Min() : its.Max();
        }
        var ratio = lessIsBetter ? Best("PyTorch") / Best("TextVae") : Best("TextVae") / Best("PyTorch");
        Console.WriteLine($"  TextVae's best is {ratio:F2} times as fast as PyTorch's best");
    }
}
return 0;

// The JSON that a program prints last. Its arguments have no spaces in them.
static JsonElement Run(string command, string? input = null)
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
        ? JsonElement.Parse(output.Trim().Split('\n')[^1])
        : throw new InvalidOperationException($"exit code {process.ExitCode}: {command}");
}

static string Repository([System.Runtime.CompilerServices.CallerFilePath] string path = "") => Path.GetDirectoryName(Path.GetDirectoryName(path))!;
