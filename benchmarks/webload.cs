#:property PublishAot=false

// samples/WebApi under load, on loopback alone: one caller of /sample, then twenty at once, one text a request. Prints texts
// per second, the median and the 99th percentile of a request's seconds, and how many times the throughput of one caller
// twenty have: the model decodes the texts of all side by side.
//
//     dotnet build -c Release
//     dotnet run benchmarks/webload.cs -- [--requests N] [RUN FOLDER]
//
// N (default 600, at most 20,000) requests in each of the two; it ends by itself, and the service with it.

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var (requests, folder) = args is ["--requests", var number, .. var rest] ? (int.Parse(number), rest) : (600, args);
requests = int.Clamp(requests, 20, 20_000);

using var ending = new CancellationTokenSource(TimeSpan.FromMinutes(5));
var program = Path.Combine(Repository(), "samples/WebApi/bin/Release/net10.0/WebApi");
using var service = Process.Start(new ProcessStartInfo(program, [.. folder, "--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Microsoft.AspNetCore=Warning"]) { RedirectStandardOutput = true })!;
try
{
    var address = await AddressAsync(service, ending.Token);
    using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 20 }) { BaseAddress = address };
    _ = await LoadAsync(client, callers: 20, requests / 4, ending.Token); // warms up
    var one = await LoadAsync(client, callers: 1, requests, ending.Token);
    var twenty = await LoadAsync(client, callers: 20, requests, ending.Token);
    Console.WriteLine($"{"callers",8}{"texts/s",10}{"median s",10}{"99% s",10}");
    Console.WriteLine($"{1,8}{one}");
    Console.WriteLine($"{20,8}{twenty}");
    Console.WriteLine($"throughput of twenty callers: {twenty.PerSecond / one.PerSecond:F1} times that of one");
}
finally
{
    service.Kill();
    await service.WaitForExitAsync();
}

static async Task<Uri> AddressAsync(Process service, CancellationToken cancellationToken)
{
    while (await service.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
    {
        if (Regex.Match(line, @"http://127\.0\.0\.1:\d+") is { Success: true } address)
        {
            _ = service.StandardOutput.ReadToEndAsync(CancellationToken.None); // so that it can go on writing
            return new Uri(address.Value);
        }
    }
    throw new InvalidOperationException($"{service.StartInfo.FileName}: found no address that it listens on; expected one");
}

static async Task<Figures> LoadAsync(HttpClient client, int callers, int requests, CancellationToken cancellationToken)
{
    var (next, seconds, start) = (0, new double[requests], Stopwatch.GetTimestamp());
    await Task.WhenAll(Enumerable.Range(0, callers).Select(async _ =>
    {
        for (var request = Interlocked.Increment(ref next) - 1; request < requests; request = Interlocked.Increment(ref next) - 1)
        {
            var before = Stopwatch.GetTimestamp();
            using var answer = await client.PostAsJsonAsync("/sample", new { count = 1, temperature = 0.8, seed = request }, cancellationToken);
            if (answer.StatusCode != HttpStatusCode.OK || !(await answer.Content.ReadAsStringAsync(cancellationToken)).StartsWith("data: ", StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"/sample: found {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellationToken)}; expected a text");
            }
            seconds[request] = Stopwatch.GetElapsedTime(before).TotalSeconds;
        }
    }));
    var elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
    Array.Sort(seconds);
    return new Figures(requests / elapsed, seconds[requests / 2], seconds[requests * 99 / 100]);
}

static string Repository()
{
    var folder = Environment.CurrentDirectory;
    while (!File.Exists(Path.Combine(folder, "TextVae.slnx")))
    {
        folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("found no TextVae.slnx above the current folder; expected a clone of the repository");
    }
    return folder;
}

internal sealed record Figures(double PerSecond, double Median, double Slowest)
{
    public override string ToString() => $"{PerSecond,10:F1}{Median,10:F4}{Slowest,10:F4}";
}
