#:project ../src/TextVae/TextVae.csproj
#:package libtorch-cpu-linux-x64
#:property PublishAot=false

// What callers at once cost each other: texts a second, and how long a caller waits for one text, of one caller and of many
// who each ask for one text after the other.
//
//     dotnet run -c Release benchmarks/concurrency.cs -- RUN [CALLERS] [SECONDS]

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using TextVae;

ProcessTuning.Apply();
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var (run, many, seconds) = (args[0], args.Length > 1 ? int.Parse(args[1]) : 20, args.Length > 2 ? double.Parse(args[2]) : 10);
using var session = TextVaeSession.Load(run);
foreach (var options in new[] { new SamplingOptions(), new SamplingOptions { Temperature = 1 } })
{
    Console.WriteLine(options.Temperature is null ? "greedy" : "drawn");
    _ = Measure(many, 1, options); // to warm up
    var (one, all) = (Measure(1, seconds, options), Measure(many, seconds, options));
    Console.WriteLine($"  {many} callers make {all / one:F2} times the texts of one");
}

// Texts a second.
double Measure(int callers, double duration, SamplingOptions options)
{
    var latencies = new ConcurrentBag<double>();
    var watch = Stopwatch.StartNew();
    var threads = Enumerable.Range(0, callers).Select(caller => new Thread(() =>
    {
        for (var text = 0L; watch.Elapsed.TotalSeconds < duration; text++)
        {
            var before = Stopwatch.GetTimestamp();
            _ = session.Sample(1, options with { Seed = caller + callers * text }).Single();
            latencies.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
        }
    })).ToList();
    threads.ForEach(thread => thread.Start());
    threads.ForEach(thread => thread.Join());
    var rate = latencies.Count / watch.Elapsed.TotalSeconds;
    var sorted = latencies.Order().ToArray();
    Console.WriteLine($"  {callers,3} callers: {rate,8:N1} texts a second, {sorted[sorted.Length / 2],7:N1} ms a text (median), {sorted[sorted.Length * 99 / 100],7:N1} ms (99th percentile)");
    return rate;
}
