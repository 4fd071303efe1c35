#:property PublishAot=false
#:project ../src/TextVae/TextVae.csproj

// Two builds of the command line at their defaults on texts of several kinds: what held-out texts cost, what the latent vector
// says of them, and how samples compare with real texts; means over seeds. The same texts are those that both builds can read.
//
//     dotnet build -c Release
//     dotnet run benchmarks/kinds.cs -- --out FOLDER --before BUILD [OPTION...] TEXTS...
//
// BUILD is a folder like src/TextVae.Cli/bin/Release/net10.0. Each TEXTS is a folder with NAME.train.txt and NAME.valid.txt,
// whose name is the kind's. What a run has left in FOLDER is not done again. Options:
//
//     --after BUILD     the other build: this repository's by default
//     --seeds N         3 by default
//     --jobs N          runs at once, 1 by default, each with --threads threads (0: those that the machine has)
//     --minutes N       how long a run of the later build may train: 3 by default; the earlier one's recipe has fixed steps
//     --samples N       texts that each run makes up: 2,000 by default
//     --seconds N       begins no run after so many seconds

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using TextVae.Reports;
using TextVae.Texts;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const int Reconstructed = 500;
var (output, before, after, seeds, jobs, threads, minutes, samples, seconds) = ("", (string?)null, Path.Combine(Repository(), "src/TextVae.Cli/bin/Release/net10.0"), 3, 1, 0, 3.0, 2000, double.PositiveInfinity);
var folders = new List<string>();
for (var index = 0; index < args.Length; index++)
{
    switch (args[index])
    {
        case "--out": output = args[++index]; break;
        case "--before": before = args[++index]; break;
        case "--after": after = args[++index]; break;
        case "--seeds": seeds = int.Parse(args[++index]); break;
        case "--jobs": jobs = int.Parse(args[++index]); break;
        case "--threads": threads = int.Parse(args[++index]); break;
        case "--minutes": minutes = double.Parse(args[++index]); break;
        case "--samples": samples = int.Parse(args[++index]); break;
        case "--seconds": seconds = double.Parse(args[++index]); break;
        default: folders.Add(Path.GetFullPath(args[index]).TrimEnd('/')); break;
    }
}
if (output == "" || folders.Count == 0)
{
    Console.Error.WriteLine("expected --out FOLDER and folders of texts");
    return 1;
}

var kinds = folders.Select(folder => new Kind(Path.GetFileName(folder), folder)).ToList();
var builds = new[] { ("before", before), ("after", after) }.Where(build => build.Item2 is not null).ToList();
var runs = (
    from seed in Enumerable.Range(1, seeds)
    from build in builds
    from kind in kinds
    select new Run(kind, build.Item1, build.Item2!, seed, Path.Combine(output, $"{kind.Name}-{build.Item1}-{seed}"))).ToList();

var clock = Stopwatch.StartNew();
Parallel.ForEach(Partitioner.Create(runs, EnumerablePartitionerOptions.NoBuffering), new ParallelOptions { MaxDegreeOfParallelism = jobs }, run =>
{
    if (File.Exists(run.SamplesFile) || clock.Elapsed.TotalSeconds > seconds)
    {
        return;
    }
    Directory.CreateDirectory(run.Folder);
    var start = clock.Elapsed;
    var time = run.BuildName == "after" ? $" --minutes {minutes}" : "";
    var trained = run.Start($"train --data {run.Kind.Folder} --seed {run.Seed}{time} --out {run.Model} --json", threads, "train.log");
    File.WriteAllText(run.SecondsFile, $"{(clock.Elapsed - start).TotalSeconds:F0}");
    if (trained)
    {
        run.Start($"score {run.Model} --data {run.Kind.Valid} --json", threads, "score.log", run.ScoresFile);
        run.Start($"reconstruct {run.Model} --data {run.Kind.Valid} -n {Reconstructed} --json", threads, "reconstruct.log", run.ReconstructionsFile);
        run.Start($"sample {run.Model} -n {samples}", threads, "sample.log", run.SamplesFile);
    }
    Console.Error.WriteLine($"{run.Kind.Name}, {run.BuildName}, seed {run.Seed}: {(clock.Elapsed - start).TotalSeconds:F0} s");
});

Console.WriteLine("| texts | build | training, s | held-out texts scored | bits per character | the same texts | their characters reconstructed | quality | diversity | unique | novel |");
Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|");
foreach (var kind in kinds)
{
    var (training, heldOut) = (File.ReadAllLines(kind.Train), File.ReadAllLines(kind.Valid));
    var yardstick = SampleYardstick.Of(training, heldOut);
    var done = runs.Where(run => run.Kind == kind && File.Exists(run.SamplesFile)).Select(run => (Run: run, Scores: run.Scores())).ToList();
    var common = done.Count == 0 ? [] : done.Select(one => one.Scores.Keys).Aggregate((IEnumerable<string> all, IEnumerable<string> its) => all.Intersect(its)).ToHashSet();
    foreach (var (name, _) in builds)
    {
        var its = done.Where(one => one.Run.BuildName == name).ToList();
        if (its.Count == 0)
        {
            Console.WriteLine($"| {kind.Name} | {name} | no run | | | | | | | | |");
            continue;
        }
        var figures = its.Select(one => yardstick.Measure(name, File.ReadAllLines(one.Run.SamplesFile).Where(text => text.Length > 0).ToList())).ToList();
        Console.WriteLine(
            $"| {kind.Name} | {name} | {Mean(its, one => double.Parse(File.ReadAllText(one.Run.SecondsFile))):F0} | {Mean(its, one => (double)heldOut.Count(one.Scores.ContainsKey) / heldOut.Length):P1} " +
            $"| {Spread(its, one => Bits(one.Scores, heldOut))} | {Spread(its, one => Bits(one.Scores, heldOut.Where(common.Contains)))} | {Mean(its, one => one.Run.CharactersReconstructed(common)):P0} " +
            $"| {Mean(figures, one => one.ForwardBits):F2} | {Mean(figures, one => one.ReverseBits):F2} | {Mean(figures, one => one.Unique):P1} | {Mean(figures, one => one.Novel!.Value):P1} |");
    }
    var real = yardstick.Measure("real texts", Spaced(heldOut, samples), reverse: Spaced(training, samples));
    Console.WriteLine($"| {kind.Name} | real texts | | | | | | {real.ForwardBits:F2} | {real.ReverseBits:F2} | {real.Unique:P1} | |");
}
return 0;

static double Bits(Dictionary<string, double> scores, IEnumerable<string> texts)
{
    var scored = texts.Where(scores.ContainsKey).ToList();
    return scored.Sum(text => scores[text]) / Math.Log(2) / scored.Sum(text => text.EnumerateRunes().Count());
}

static double Mean<T>(IReadOnlyCollection<T> values, Func<T, double> figure) => values.Average(figure);

static string Spread<T>(IReadOnlyCollection<T> values, Func<T, double> figure)
{
    var figures = values.Select(figure).Order().ToList();
    return figures.Count == 1 ? $"{figures[0]:F3}" : $"{figures.Average():F3} ({figures[0]:F3} to {figures[^1]:F3})";
}

static List<string> Spaced(string[] texts, int count) =>
    [.. Enumerable.Range(0, Math.Min(count, texts.Length)).Select(index => texts[(int)((long)index * texts.Length / Math.Min(count, texts.Length))])];

static string Repository()
{
    var folder = new DirectoryInfo(Environment.CurrentDirectory);
    while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "TextVae.slnx")))
    {
        folder = folder.Parent;
    }
    return folder?.FullName ?? ".";
}

internal sealed record Kind(string Name, string Folder)
{
    public string Train => Path.Combine(Folder, $"{Name}.train.txt");

    public string Valid => Path.Combine(Folder, $"{Name}.valid.txt");
}

internal sealed record Run(Kind Kind, string BuildName, string Build, int Seed, string Folder)
{
    public string Model => Path.Combine(Folder, "run");

    public string SecondsFile => Path.Combine(Folder, "seconds");

    public string ScoresFile => Path.Combine(Folder, "scores.jsonl");

    public string ReconstructionsFile => Path.Combine(Folder, "reconstructions.jsonl");

    public string SamplesFile => Path.Combine(Folder, "samples.txt");

    /// <summary>Runs a command of the build; what it prints is in a file, which is there when it is whole.</summary>
    public bool Start(string command, int threads, string log, string? output = null)
    {
        var start = new ProcessStartInfo("dotnet", $"{Path.Combine(Build, "TextVae.Cli.dll")} {command} --threads {threads}") { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        using var errors = File.Create(Path.Combine(Folder, log));
        var reading = process.StandardError.BaseStream.CopyToAsync(errors);
        var partial = output is null ? Path.Combine(Folder, "printed") : output + ".part";
        using (var file = File.Create(partial))
        {
            process.StandardOutput.BaseStream.CopyTo(file);
        }
        reading.Wait();
        process.WaitForExit();
        if (process.ExitCode == 0 && output is not null)
        {
            File.Move(partial, output, overwrite: true);
        }
        return process.ExitCode == 0;
    }

    /// <summary>What each text cost, in nats; those that the build refused are missing.</summary>
    public Dictionary<string, double> Scores()
    {
        var scores = new Dictionary<string, double>();
        foreach (var line in Lines(ScoresFile).Where(line => line.TryGetProperty("nats", out _)))
        {
            scores[line.GetProperty("text").GetString()!] = line.GetProperty("nats").GetDouble();
        }
        return scores;
    }

    /// <summary>One less the mean normalised edit distance of some texts' reconstructions from them.</summary>
    public double CharactersReconstructed(IReadOnlySet<string> texts) => 1 - Lines(ReconstructionsFile).Where(line => line.TryGetProperty("reconstructed", out _) && texts.Contains(line.GetProperty("text").GetString()!))
        .Average(line => EditDistance.Normalized(line.GetProperty("text").GetString()!, line.GetProperty("reconstructed").GetString()!));

    private static IEnumerable<JsonElement> Lines(string path) => File.ReadLines(path).Select(line => JsonDocument.Parse(line).RootElement);
}
